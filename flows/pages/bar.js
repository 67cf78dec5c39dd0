// A bar in Chinese over Prefect's page: where to go, who is logged in. Not logged in and refused: to the log-in page.
(async () => {
  const toLogin = () => { location = "/desk/login?next=" + encodeURIComponent(location.pathname + location.search); };
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (...given) {
    this.addEventListener("load", () => { if (this.status === 401) toLogin(); });
    return open.apply(this, given);
  };
  const officer = (await (await fetch("/desk/who")).json()).officer;
  const bar = document.createElement("nav");
  bar.id = "jixiao-bar";
  bar.style.cssText = "position:fixed;right:1rem;bottom:1rem;z-index:9999;background:#1f4e8c;color:#fff;padding:.45rem .9rem;" +
    "border-radius:1.2rem;font:14px sans-serif;box-shadow:0 1px 6px #0005;display:flex;gap:1rem";
  const add = (words, href, click) => {
    const link = document.createElement(href || click ? "a" : "span");
    link.textContent = words;
    link.style.cssText = "color:#fff;text-decoration:none;cursor:" + (href || click ? "pointer" : "default");
    if (href) link.href = href;
    if (click) link.onclick = click;
    bar.append(link);
  };
  add("等我处理", "/desk");
  add("全部办理事项", "/deployments");
  if (officer) {
    add(officer);
    add("退出", null, async () => { await fetch("/desk/logout", { method: "POST" }); location = "/desk/login"; });
  } else add("登录", null, toLogin);
  document.body.append(bar);
})();
