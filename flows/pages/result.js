// A card above Prefect's parts: what a form is for and what happens next, what became of a run, in our own words.
const PLACES = [
  [/^\/runs\/flow-run\/([0-9a-f-]{36})/, run],
  [/^\/deployments\/deployment\/([0-9a-f-]{36})/, purpose],
  [/^\/artifacts\/artifact\/([0-9a-f-]{36})/, newer],
];
const ENDED = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];
const GOING = { SCHEDULED: "已提交，正在启动，请稍候……", PENDING: "已提交，正在启动，请稍候……", RUNNING: "正在办理，请稍候……", CANCELLING: "正在取消……" };
const SENTENCE = {
  COMPLETED: "办理完毕。", CANCELLED: "已取消，没有办理。",
  FAILED: "没有办成，已函告经办人。未办的由下次办理补办；明天仍有请管理员运行 jixiao doctor。",
  CRASHED: "办理中断，系统会自动重新办理，不必再点。",
};
let shown = "";

async function ask(path, body) {
  const asked = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, asked);
  return answer.ok ? answer.json() : null;
}

function part(name, words, parent) {
  const made = document.createElement(name);
  made.textContent = words;
  parent?.append(made);
  return made;
}

function door(words, href, parent, click) {
  const made = part("a", words, parent);
  if (click) made.onclick = click;
  else made.href = href;
}

function put(card) {
  card.id = "jixiao-card";
  document.getElementById(card.id)?.remove();
  document.querySelector(".p-layout-default__content, .deployment .p-layout-well__content, .p-layout-well__content")?.prepend(card);
}

// The few marks of Markdown that our own runs write: tables, lists of links, bold words.
function written(text, card) {
  let table = null;
  for (const line of text.split("\n").slice(0, 400)) {
    if (/^\|[-|]+\|$/.test(line) || !line.trim()) continue;
    if (line.startsWith("|")) {
      const row = part("tr", "", table ?? (table = part("table", "", card)));
      for (const cell of line.slice(1, -1).split("|")) part(row === table.firstChild ? "th" : "td", cell.trim().replace(/\\(.)/g, "$1"), row);
      continue;
    }
    table = null;
    const link = /^- \[(.+)\]\((\/desk\/.+)\)$/.exec(line);
    if (link) door(link[1], link[2], part("div", "", card));
    else part("div", line.replaceAll("**", ""), card);
  }
}

async function run(id) {
  const one = await ask(`/api/flow_runs/${id}`);
  if (!one) return;
  const { type, name, message } = one.state, ended = ENDED.includes(type);
  const card = document.createElement("section");
  card.className = type === "COMPLETED" ? "well" : ended ? "wrong" : "";
  const said = /[\u4e00-\u9fff]/.test(message ?? "") ? message.replace(/^Flow run encountered an exception: (\w+: )?/, "") : "";
  part("h2", name === "未受理" ? "未受理，没有改动任何东西" : /[\u4e00-\u9fff]/.test(name) ? name : "", card);
  part("p", ended ? said || SENTENCE[type] : GOING[type] ?? "请稍候……", card);
  const wanted = { artifacts: { flow_run_id: { any_: [id] } }, limit: 20 };
  for (const made of (await ask("/api/artifacts/filter", wanted)) ?? []) {
    if (made.type === "progress" && !ended) part("p", `进度 ${made.data}%`, card);
    if (made.type === "markdown" && made.key !== "waiting") written(made.data.replace(said, ""), card);
  }
  const filled = encodeURIComponent(encodeURIComponent(JSON.stringify(one.parameters)));
  if (name === "未受理") door("改好再提交（已填的都在）", `/deployments/deployment/${one.deployment_id}/run?parameters=${filled}`, card);
  door("回到等我处理", "/desk", card);
  door("技术详情（管理员用）", "", card, () => document.body.classList.toggle("works"));
  if (location.pathname.includes(id)) put(card);
  if (!ended) setTimeout(() => location.pathname.includes(id) && run(id), 1500);
}

async function purpose(id) {
  const one = await ask(`/api/deployments/${id}`);
  if (!one?.description || !location.pathname.includes(id)) return;
  const card = document.createElement("section");
  one.description.split("\n").forEach((line) => part("p", line, card));
  put(card);
}

// The page of what waits has a new number after every round: an old one, come back to, gives way to the newest.
async function newer(id) {
  const latest = (await ask("/api/artifacts/latest/filter", { artifacts: { key: { any_: ["waiting"] } } }))?.[0]?.latest_id;
  if (latest && latest !== id && (await ask(`/api/artifacts/${id}`))?.key === "waiting") location.replace("/desk");
}

function look() {
  const at = PLACES.map(([place, show]) => [place.exec(location.pathname)?.[1], show]).find(([id]) => id);
  const here = location.pathname, ready = document.querySelector(".p-layout-default__content, .p-layout-well__content");
  for (const one of document.querySelectorAll(".markdown-renderer a[href^='/desk/form/'][target]")) one.removeAttribute("target");
  if (here === shown && (!at || at[1] === newer || document.getElementById("jixiao-card"))) return;
  if (here !== shown) document.getElementById("jixiao-card")?.remove();
  if (at && !ready) return;
  shown = here;
  at?.[1](at[0]);
}

setInterval(look, 400);
addEventListener("focus", () => { shown = ""; });
addEventListener("pageshow", () => { shown = ""; });
