// Over Prefect's own page: its few words in Chinese, the parts officers do not need put away, and a bar that says
// where to go and who is logged in. Who is not logged in and is refused comes to the log-in page.
const WORDS = {
  Dashboard: "概览", Runs: "办理记录", Flows: "流程", Deployments: "办理事项", Deployment: "办理事项", Artifacts: "成果",
  Run: "运行", "Quick run": "立即运行", "Custom run": "填表运行", "Run Name": "本次名称", Parameters: "填写内容",
  "Validate parameters": "提交前核对填写内容", Start: "开始时间", Now: "立即", Later: "稍后", "Additional Options": "其他选项",
  Submit: "提交", Cancel: "取消", Description: "说明", Details: "详情", Configuration: "设置", Upcoming: "计划中",
  Status: "状态", Activity: "近况", Tags: "标签", Schedules: "时间表", Ready: "就绪", "Not Ready": "未就绪", Flow: "流程",
  "Flow run": "办理", "Flow Run": "办理", "Task run": "步骤", "Task Runs": "步骤", "Flow Runs": "办理", Logs: "日志",
  Results: "结果", Subflow: "子办理", "Subflow Runs": "子办理", Late: "迟到", Completed: "已办", Running: "办理中",
  Scheduled: "已排定", Pending: "待启动", Failed: "未成", Crashed: "中断", Cancelled: "已取消", AwaitingRetry: "将重新办理",
  "Select date": "选择日期", Today: "今天", Clear: "清除", Page: "第", of: "页，共", "scheduled to start": "已提交，开始时间：", now: "立即", "Next Run": "下一次", "No runs found": "还没有办理过。", "All except scheduled": "已开始的", "Newest to oldest": "新的在前",
  "Oldest to newest": "旧的在前", "Date Range": "时间", States: "状态", "All run states": "全部状态", "All flows": "全部流程",
  "All deployments": "全部事项", "All tags": "全部标签", "Past 7 days": "最近7天", "Past day": "最近1天", "Past week (default)": "最近一周",
  "Flow runs": "办理", "Task runs": "步骤", "Hide subflows": "不显示子办理", "Items per page": "每页", "Search by run name": "按名称查找",
  "Search by flow run name": "按名称查找", "View run": "查看", "auto-scheduled": "自动", "Parent Run": "所属办理", "Level: all": "全部日志",
  Info: "信息", Error: "错误", Warning: "提醒", AwaitingConcurrencySlot: "排队", Search: "查找", "A to Z": "按名称",
  Success: "成功", "Created": "创建", "Last Updated": "更新", Raw: "原文", "Work Pool": "工作池", "Work Queue": "队列",
};
const HINTS = { "Search deployments...": "查找办理事项", "Search by run name": "按名称查找", "Search by flow run name": "按名称查找" };
const MONTHS = "January February March April May June July August September October November December".split(" ");
const HIDDEN = ["Dashboard", "概览", "Flows", "Work Pools", "Blocks", "Variables", "Automations", "Event Feed", "Concurrency", "Settings", "Switch to V2 UI"];

function inChinese(word, place) {
  if (WORDS[word]) return WORDS[word];
  if (word.endsWith(" is a required property")) return "请填写此项。";
  if (/ (is too short|should be non-empty)$/.test(word)) return "填写得太短，请写完整。";
  const count = /^(\d+) (Deployment|[Rr]un|Flow run|Task run|Parameter)s?$/.exec(word);
  if (count) return count[1] + ({ Deployment: "个事项", "Task run": "步", Parameter: "项内容" }[count[2]] ?? "次");
  if (word.startsWith("Scheduled for ")) return word.replace("Scheduled for ", "排定于 ");
  if (/^(At|Every) /.test(word) && place?.closest(".deployment-schedule-card")) return schedule(word);
  return word.replace(/ *\(Optional\)$/, "（可不填）");
}

function translate(root) {
  for (const input of root.querySelectorAll?.("input[placeholder]") ?? []) input.placeholder = HINTS[input.placeholder] ?? input.placeholder;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const word = node.nodeValue.trim().replace(/\s+/g, " ");
    const side = HIDDEN.includes(word) && node.parentElement?.closest(".p-context-nav-item, .context-sidebar a, nav a");
    if (side) side.style.display = "none";
    else if (!node.parentElement?.closest(".markdown-renderer, textarea")) {
      const said = inChinese(word, node.parentElement);
      if (said !== word) node.nodeValue = ` ${said} `; // never the same again, or the observer would have no end
    }
  }
}

// The sentence that Prefect makes of a schedule; one that is not understood stays as it is.
function schedule(words) {
  const made = words.replace(/^At /, "")
    .replace(/(\d\d):(\d\d) (AM|PM)/g, (_, hour, minute, half) => `${(+hour % 12) + (half === "PM" ? 12 : 0)}:${minute}`)
    .replace(/(\d+) minutes past the hour, between (\d+:\d+) and (\d+:\d+)/, "$2至$3每小时第$1分")
    .replace(/^Every (\d+) minutes, between (\d+:\d+) and (\d+:\d+)/, "$2至$3每$1分钟")
    .replace(/, Monday through Friday/, "，周一至周五").replace(/ and (?=\d+:)/, "、")
    .replace(/, on day (\d+) of the month, only in ([A-Z][a-z]+)$/, (_, day, month) => `，每年${MONTHS.indexOf(month) + 1}月${day}日`);
  return /[a-z]/.test(made) ? words : made;
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) translate(node.nodeType === 1 ? node : node.parentElement ?? document.body);
    if (change.type === "characterData" && change.target.parentElement) translate(change.target.parentElement);
  }
}).observe(document.body, { childList: true, subtree: true, characterData: true });

const style = document.createElement("style");
style.textContent = ".markdown-renderer table, .markdown-renderer .p-table { width: 100% } .markdown-renderer td { white-space: normal !important }" +
  ".markdown-renderer td:nth-child(2) { min-width: 17rem } .markdown-renderer td:last-child { min-width: 7rem }" +
  ".markdown-renderer th, .markdown-renderer td a { white-space: nowrap !important }" +
  ".markdown-renderer .p-table { display: block; overflow-x: auto }" +
  "textarea { field-sizing: content; max-height: 24rem }" +
  // What officers never need in a form: the run's name, JSON, other options; and the works of a deployment.
  ".flow-run-create-form-v2 > .p-content > .p-label:has(.flow-run-name-input), .flow-run-create-form-v2 .p-label:has(.flow-run-name-input) + .p-divider," +
  ".flow-run-create-form-v2 .p-checkbox, .flow-run-create-form-v2__header .p-icon-button-menu, .schema-form-property-menu," +
  ".flow-run-create-form-v2 div:has(> .border-b > .flex > .p-accordion-trigger), .workspace-dashboard__ui-switch," +
  ".deployment-details > .p-key-value:nth-child(n+3), .deployment-details > .p-divider, .deployment-details > .p-key-value:nth-child(2)," +
  ".deployment-schedule-fieldset > button, .deployment-schedule-card__action, .flow-runs-scatter-plot-plot," +
  ".flow-run-work-pool, .flow-run-work-queue, .deployment-relationships, .p-card:has(> .p-card-content > .flow-runs-scatter-plot-plot)," +
  ".flow-runs-filter-group__row:nth-child(2) > :nth-child(odd):not(:last-child), .page-heading-artifact, .artifact .p-layout-well__well," +
  ".artifact section:has(.artifact-data-markdown > h1:first-child) > .artifact-description, .artifact__raw-data-button," +
  ".artifact section:has(.artifact-data-markdown > h1:first-child) > .p-divider { display: none !important }" +
  ".artifact .p-layout-well__content { grid-column: 1 / -1 } .markdown-renderer .p-table table { width: 100% }" +
  ".markdown-renderer td:nth-child(n+3) { min-width: 5.5rem } .markdown-renderer td:first-child { white-space: nowrap !important }" +
  ".markdown-renderer .p-table { max-width: 100% !important; max-height: none !important; margin: .5rem 0 !important }" +
  ".markdown-renderer .p-table table { table-layout: auto !important } .context-sidebar__logo-link { pointer-events: none }";
document.head.append(style);

function toLogin() {
  location = "/desk/login?next=" + encodeURIComponent(location.pathname + location.search);
}

const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (...given) {
  this.addEventListener("load", () => { if (this.status === 401) toLogin(); });
  return open.apply(this, given);
};

(async () => {
  const officer = (await (await fetch("/desk/who")).json()).officer;
  const bar = document.createElement("nav");
  bar.id = "jixiao-bar";
  bar.style.cssText = "position:fixed;left:50%;transform:translateX(-50%);bottom:.6rem;z-index:9999;background:#1f4e8c;" +
    "color:#fff;padding:.45rem 1.1rem;border-radius:1.2rem;font:14px sans-serif;box-shadow:0 1px 6px #0005;display:flex;" +
    "gap:1.2rem;white-space:nowrap";
  const add = (words, href, click) => {
    const part = document.createElement(href || click ? "a" : "span");
    part.textContent = words;
    part.style.cssText = "color:#fff;text-decoration:none;cursor:" + (href || click ? "pointer" : "default");
    if (href) part.href = href;
    if (click) part.onclick = click;
    bar.append(part);
  };
  add("等我处理", "/desk");
  add("办理事项", "/deployments");
  add("办理记录", "/runs");
  if (officer) {
    add(officer);
    add("退出", null, async () => { await fetch("/desk/logout", { method: "POST" }); location = "/desk/login"; });
  } else add("登录", null, toLogin);
  document.body.append(bar);
})();
