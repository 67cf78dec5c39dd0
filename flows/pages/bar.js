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
  Success: "成功", "Created": "创建", "Last Updated": "更新", Raw: "原文", "Work Pool": "工作池", "Work Queue": "队列",
};
const HIDDEN = ["Flows", "Work Pools", "Blocks", "Variables", "Automations", "Event Feed", "Concurrency", "Settings", "Switch to V2 UI"];

function translate(root) {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const word = node.nodeValue.trim();
    const side = HIDDEN.includes(word) && node.parentElement?.closest(".p-context-nav-item, .context-sidebar a, nav a");
    if (side) side.style.display = "none";
    else if (WORDS[word] && !node.parentElement?.closest(".p-markdown-renderer, textarea")) {
      node.nodeValue = node.nodeValue.replace(word, WORDS[word]);
    }
    else if (word.endsWith(" is a required property")) node.nodeValue = "请填写此项。";
    else if (/ (is too short|should be non-empty)$/.test(word)) node.nodeValue = "填写得太短，请写完整。";
    else if (word.endsWith("(Optional)")) node.nodeValue = node.nodeValue.replace("(Optional)", "（可不填）");
  }
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) translate(node.nodeType === 1 ? node : node.parentElement ?? document.body);
    if (change.type === "characterData" && change.target.parentElement) translate(change.target.parentElement);
  }
}).observe(document.body, { childList: true, subtree: true, characterData: true });

const style = document.createElement("style");
style.textContent = ".markdown-renderer table, .markdown-renderer .p-table { width: 100% } .markdown-renderer td { white-space: normal !important }" +
  ".markdown-renderer td:nth-child(2) { min-width: 17rem }" +
  ".markdown-renderer th, .markdown-renderer td a { white-space: nowrap !important }" +
  ".markdown-renderer .p-table { display: block; overflow-x: auto }" +
  "textarea { field-sizing: content; max-height: 24rem }";
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
