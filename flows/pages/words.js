// Prefect's own few words in Chinese: labels, hints, times of day, schedules; what officers do not need is put away.
const WORDS = {
  Dashboard: "概览", Runs: "办理记录", Flows: "流程", Deployments: "办理事项", Deployment: "办理事项", Artifacts: "成果",
  Run: "运行", "Quick run": "立即运行", "Custom run": "填表运行", "Run Name": "本次名称", Parameters: "填写内容",
  "Validate parameters": "提交前核对填写内容", Start: "开始时间", Now: "立即", Later: "稍后", "Additional Options": "其他选项",
  Submit: "提交", Cancel: "取消", Description: "说明", Details: "详情", Configuration: "设置", Upcoming: "计划中",
  Status: "状态", Activity: "近况", Tags: "标签", Schedules: "时间表", Ready: "就绪", "Not Ready": "未就绪", Flow: "流程",
  "Flow run": "办理", "Flow Run": "办理", "Task run": "步骤", "Task Runs": "步骤", "Flow Runs": "办理", Logs: "日志",
  Results: "结果", Subflow: "子办理", "Subflow Runs": "子办理", Late: "迟到", Completed: "已办", Running: "办理中",
  Scheduled: "已排定", Pending: "待启动", Failed: "未成", Crashed: "中断", Cancelled: "已取消", AwaitingRetry: "将重新办理",
  "Select date": "选择日期", Today: "今天", Clear: "清除", Page: "第", of: "页，共", now: "立即", "Next Run": "下一次", "No runs found": "还没有办理过。", "All except scheduled": "已开始的", "Newest to oldest": "新的在前",
  "Oldest to newest": "旧的在前", "Date Range": "时间", States: "状态", "All run states": "全部状态", "All flows": "全部流程",
  "All deployments": "全部事项", "All tags": "全部标签", "Past 7 days": "最近7天", "Past day": "最近1天", "Past week (default)": "最近一周",
  "Flow runs": "办理", "Task runs": "步骤", "Hide subflows": "不显示子办理", "Items per page": "每页", "Search by run name": "按名称查找",
  "Search by flow run name": "按名称查找", "View run": "查看", "auto-scheduled": "自动", "Parent Run": "所属办理", "Level: all": "全部日志",
  Info: "信息", Error: "错误", Warning: "提醒", AwaitingConcurrencySlot: "排队", Search: "查找", "Search deployments": "查找办理事项", "Search flow runs": "按名称查找", "A to Z": "按名称",
  Submitting: "正在启动", InfrastructurePending: "正在启动", Resuming: "继续中", Paused: "暂停", Suspended: "挂起", Retrying: "重新办理中", Cached: "已办", Cancelling: "正在取消", TimedOut: "超时",
  "Z to A": "按名称倒排", "No flow runs": "没有办理记录。", "No runs": "没有办理记录。", "Clear Filters": "清除条件", "Clear filters": "清除条件", "Hide scheduled runs": "不显示计划中的",
  "0 selected": "全部", "scheduled to start": "已提交，开始时间：", "Past hour": "最近1小时", "Past 30 days": "最近30天", Parameter: "填写内容",
  Success: "成功", "Created": "创建", "Last Updated": "更新", Raw: "原文", "Work Pool": "工作池", "Work Queue": "队列",
};
const HINTS = { "Search deployments...": "查找办理事项", "Search by run name": "按名称查找", "Search by flow run name": "按名称查找" };
const MONTHS = "January February March April May June July August September October November December".split(" ");
const HIDDEN = ["Dashboard", "概览", "Flows", "Work Pools", "Blocks", "Variables", "Automations", "Event Feed", "Concurrency", "Settings", "Switch to V2 UI"];

const MADE_UP = /^[a-z]+\d*-[a-z]+(-[a-z])?$/; // the name that Prefect gives a run before it starts

const lasting = (words) => words.replace(/(\d+)([dhms]) ?/g, (_, n, unit) => n + { d: "天", h: "小时", m: "分", s: "秒" }[unit]);

// "Scheduled for 2026/11/26 02:19:25 PM (1m 3s late)": by the clock of 24 hours, in Chinese.
const moment = (words) => words
  .replace("Scheduled for ", "排定于 ").replace(/(\d{4})\/(\d\d)\/(\d\d)/g, "$1-$2-$3")
  .replace(/(\d+):(\d\d)(:\d\d)? (AM|PM)/g, (_, hour, minute, second, half) => `${String((+hour % 12) + (half === "PM" ? 12 : 0)).padStart(2, "0")}:${minute}`)
  .replace(/ \((.+) late\)/, (_, late) => `（迟${lasting(late)}）`);

function inChinese(word, place) {
  if (WORDS[word]) return WORDS[word];
  if (word.endsWith(" is a required property")) return "请填写此项。";
  if (/ (is too short|should be non-empty)$/.test(word)) return "填写得太短，请写完整。";
  if (MADE_UP.test(word)) return place?.closest("a[href*='/runs/flow-run/'], .page-heading-flow-run") ? "按计划办理" : word;
  if (word === "None" && place?.closest(".page-heading-flow-run")) return "";
  const count = /^(\d+) (Deployment|[Rr]un|Flow run|Task run|Parameter)s?$/.exec(word);
  if (count) return count[1] + ({ Deployment: "个事项", "Task run": "步", Parameter: "项内容" }[count[2]] ?? "次");
  if (/\d:\d\d (AM|PM)\b/.test(word) && !place?.closest(".deployment-schedule-card")) return moment(word);
  if (/^\d+[dhms]( \d+[dhms])*$/.test(word)) return lasting(word);
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
