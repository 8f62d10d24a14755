// The pane beside the phones: raw pushes and replies, and faults of the API.

import { clock, el, get, post, toast } from "./api.js";

const ROWS = 60;

// `hub`: {nameOf(openid)}
export class Raw {
  constructor(hub) {
    this.hub = hub;
    this.pane = document.getElementById("raw");
    this.list = document.getElementById("raw-list");
    this.detail = document.getElementById("raw-detail");
    this.toggle = document.getElementById("raw-toggle");
    this.current = null;
    this.toggle.addEventListener("click", () => this.show(this.pane.hidden));
    document.getElementById("raw-close").addEventListener("click", () => this.show(false));
    document.getElementById("fault-form").addEventListener("submit", (event) => this.switchFault(event));
    this.pane.querySelector(".faults").addEventListener("toggle", () => this.listFaults());
  }

  show(shown) {
    this.pane.hidden = !shown;
    this.toggle.setAttribute("aria-expanded", String(shown));
    if (shown && this.current === null) {
      const newest = this.list.querySelector("[data-push]");
      if (newest) this.open(Number(newest.dataset.push));
    }
  }

  // Newest first. The pane follows the newest push until a row is chosen.
  add(pushes) {
    for (const push of pushes) {
      const row = el(
        "button",
        { class: "raw-row", type: "button", "data-testid": "raw-row", "data-push": push.push, onclick: () => this.open(push.push) },
        el("span", { class: push.problem ? "dot bad" : "dot" }),
        el("span", {}, `${this.hub.nameOf(push.openid)} · ${push.kind}`),
        el("span", { class: "quiet" }, clock(push.at)),
        el("span", { class: "quiet" }, `${Math.round(push.ms)} ms`),
      );
      this.list.prepend(el("li", {}, row));
    }
    while (this.list.children.length > ROWS) this.list.lastElementChild.remove();
    if (pushes.length && !this.pane.hidden && !this.isPinned) this.open(pushes.at(-1).push, false);
  }

  async open(number, pinned = true) {
    this.current = number;
    this.isPinned = pinned;
    this.pane.hidden = false;
    this.toggle.setAttribute("aria-expanded", "true");
    for (const row of this.list.querySelectorAll(".raw-row")) {
      const isCurrent = Number(row.dataset.push) === number;
      row.setAttribute("aria-current", String(isCurrent));
      if (isCurrent) row.scrollIntoView({ block: "nearest" });
    }
    let push;
    try {
      push = await get(`pushes/${number}`);
    } catch {
      this.detail.replaceChildren(el("p", { class: "empty" }, "这条推送还没有结束,或者已经不在了。"));
      return;
    }
    if (this.current === number) this.detail.replaceChildren(...this.parts(push));
  }

  parts(push) {
    const again = el("button", { class: "button", type: "button", "data-testid": "redeliver", onclick: () => this.redeliver(push.push) }, "再投递一次");
    const facts = el("div", { class: "facts" }, el("span", {}, `HTTP ${push.status || "无"}`), el("span", {}, `${push.ms} 毫秒`), el("span", {}, `投递 ${push.deliveries} 次`), again);
    const parts = [facts];
    if (push.problem) parts.push(el("p", { class: "trouble", role: "alert" }, push.problem));
    const last = push.tries.at(-1);
    parts.push(block("来信(明文)", pretty(push.plain), "raw-push"));
    parts.push(block("回复(明文)", pretty(push.reply_plain || last?.answer || "") || "(没有)", "raw-reply"));
    push.tries.forEach((one, index) => {
      const title = `第 ${index + 1} 次投递 · ${one.problem || `HTTP ${one.status}`} · ${one.ms} 毫秒`;
      const sent = el("pre", {}, `POST ${one.url}\n\n${one.body}`);
      const answered = el("pre", {}, one.answer || "(空)");
      parts.push(el("details", { class: "try" }, el("summary", {}, title), sent, answered));
    });
    return parts;
  }

  async redeliver(number) {
    const answer = await post(`pushes/${number}/redeliver`);
    toast(answer.problem || `又投递了一次,回复与那一次${answer.is_same ? "相同" : "不同"}`);
  }

  async switchFault(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    await post("faults", { path: form.get("path"), code: Number(form.get("code")), times: Number(form.get("times")) });
    await this.listFaults();
  }

  async listFaults() {
    const { faults } = await get("faults");
    const list = document.getElementById("fault-list");
    list.replaceChildren(
      ...faults.map((fault) => {
        const off = el("button", { class: "button", type: "button" }, "关");
        off.addEventListener("click", () => post("faults", { ...fault, times: 0 }).then(() => this.listFaults()));
        return el("li", {}, el("span", {}, `${fault.path} → ${fault.code} × ${fault.times}`), off);
      }),
    );
  }
}

function block(title, text, testid) {
  return el("section", {}, el("h3", {}, title), el("pre", { "data-testid": testid, tabindex: "0" }, text));
}

// One element a line, so that a document on one line can be read.
function pretty(text) {
  if (text.trimStart().startsWith("{")) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }
  return text.replace(/(<!\[CDATA\[[\s\S]*?\]\]><\/[^>]+>)\s*(?=<)|>\s*<(?!!\[CDATA)/g, (_, words) => (words ? `${words}\n` : ">\n<"));
}
