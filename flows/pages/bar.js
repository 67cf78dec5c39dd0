// Over Prefect's own page: the parts officers do not need put away, and a bar that says where to go and who is logged
// in. Who is not logged in and is refused comes to the log-in page; who submits a form comes to what became of it.
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
  ".markdown-renderer .p-table table { table-layout: auto !important } .context-sidebar__logo-link { pointer-events: none }" +
  // Of a run: its graph, flow and Prefect's own log are the administrator's; what became of it stands in the card.
  ".flow-run-graphs, .page-heading-flow-run .icon-text-count, .flow-run-flow, body:not(.works) .flow-run .p-tabs," +
  ".page-heading-flow-run .page-heading__trailing > .p-button, .deployment-list__flow, .flow-runs-filter-group + .p-button { display: none !important }" +
  ".p-layout-default__content { padding-bottom: 4rem } .p-select, .p-native-select { min-width: 8.5rem }" +
  "#jixiao-card { background: #fff; border-radius: .5rem; padding: 1rem 1.4rem; margin-bottom: 1rem; line-height: 1.7; overflow-x: auto }" +
  "#jixiao-card h2 { font-size: 1.15rem; font-weight: 700 } #jixiao-card.wrong { border-left: .5rem solid #c62838 } #jixiao-card.well { border-left: .5rem solid #2a9d5c }" +
  "#jixiao-card table { border-collapse: collapse; margin: .6rem 0; font-size: .9rem } #jixiao-card :is(th, td) { border: 1px solid #d3d9e0; padding: .3rem .6rem; text-align: left } #jixiao-card th { white-space: nowrap }" +
  "#jixiao-card a { color: #1d4ed8; margin-right: 1.2rem; cursor: pointer }";
document.head.append(style);

function toLogin() {
  location = "/desk/login?next=" + encodeURIComponent(location.pathname + location.search);
}

const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (...given) {
  this.addEventListener("load", () => {
    if (this.status === 401) toLogin();
    if (this.status === 201 && /\/create_flow_run\/?$/.test(this.responseURL)) {
      const made = this.responseType === "json" ? this.response : JSON.parse(this.responseText);
      setTimeout(() => { location = `/runs/flow-run/${made.id}`; }, 300); // after Prefect's own way to the list
    }
  });
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
  add("办理事项", "/deployments?limit=50");
  add("办理记录", "/runs");
  if (officer) {
    add(officer);
    add("退出", null, async () => { await fetch("/desk/logout", { method: "POST" }); location = "/desk/login"; });
  } else add("登录", null, toLogin);
  document.body.append(bar);
})();
