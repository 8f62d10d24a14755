// Items of a chat as WeChat shows them. Everything an account says becomes text nodes and checked links.

import { avatar, clock, el, icon } from "./api.js";

const GAP_MS = 5 * 60 * 1000;
const LABELS = {
  thing: "内容", short_thing: "内容", number: "数量", letter: "代码", symbol: "符号", character_string: "编号", time: "时间",
  date: "日期", amount: "金额", phone_number: "电话", car_number: "车牌", name: "姓名", phrase: "状态", const: "类型", enum: "类型",
};
const LINK = /<a\s([^>]*)>([\s\S]*?)<\/a>|https?:\/\/[^\s<>"'，。；！？、）】]+/gi;

// `actions`: {tapChoice(text, id), openPush(number)}
export function render(item, before, person, account, actions) {
  const nodes = [];
  if (!before || new Date(item.at) - new Date(before.at) > GAP_MS) nodes.push(el("li", { class: "when" }, clock(item.at)));
  if (item.via === "notice") {
    const bubble = el("div", { "data-testid": "bubble", "data-via": "notice", "data-type": item.type }, item.text);
    nodes.push(el("li", { class: "notice", "data-type": item.type }, bubble, item.type === "outage" ? null : meta(item, actions)));
    return nodes;
  }
  const mine = item.via === "me";
  const face = el("span", { class: "avatar", "aria-hidden": "true" });
  if (mine) avatar(face, person.name, person.openid);
  else avatar(face, account, "account");
  const bubble = content(item, person, actions);
  bubble.classList.add("bubble");
  bubble.dataset.testid = "bubble";
  bubble.dataset.via = item.via;
  bubble.dataset.type = item.type;
  const body = el("div", { class: "line-body" }, bubble, mine ? meta(item, actions) : null);
  nodes.push(el("li", { class: mine ? "line mine" : "line" }, face, body));
  return nodes;
}

function meta(item, actions) {
  if (!item.push) return null;
  const button = el("button", { class: "push-meta", type: "button", "data-testid": "push-meta", "data-push": item.push, title: "看报文" });
  button.addEventListener("click", () => actions.openPush(item.push));
  return button;
}

// Under an own bubble: how long the delivery took, or what went wrong.
export function tellPush(button, push) {
  if (!push) {
    button.textContent = "投递中…";
    return;
  }
  const tries = push.deliveries > 1 ? ` · 投递 ${push.deliveries} 次` : "";
  button.textContent = push.problem ? `${push.problem}${tries}` : `${Math.round(push.ms)} 毫秒${tries}`;
  button.classList.toggle("bad", Boolean(push.problem));
}

function content(item, person, actions) {
  if (item.type === "image") return picture(item);
  if (item.type === "voice") return el("div", {}, el("span", { class: "voice" }, icon("voice"), "语音"));
  if (item.type === "location") return place(item);
  if (item.type === "template") return template(item, person);
  if (item.articles) return el("div", { class: "card" }, ...item.articles.map((one) => article(one, person)));
  if (item.menu) return menu(item, actions);
  if (item.type === "text") return richText(el("div"), item.text, person, actions);
  if (item.url) return el("div", {}, link(item.url, item.text, person));
  return el("div", {}, item.text);
}

function picture(item) {
  const address = `api/media/${encodeURIComponent(item.media_id)}`;
  const image = el("img", { src: address, alt: "图片", loading: "lazy" });
  const frame = el("a", { class: "bare", href: address, target: "_blank", rel: "noopener" }, image);
  image.addEventListener("error", () => frame.replaceChildren(el("span", { class: "gone" }, "图片已过期")));
  return frame;
}

function place(item) {
  const words = el("div", { class: "place" }, el("b", {}, item.text || "位置"), el("span", {}, `${item.latitude}, ${item.longitude}`));
  return el("div", { class: "card" }, words, el("span", { class: "map" }, icon("location")));
}

function template(item, person) {
  const rows = el("dl", { class: "card-rows" });
  for (const field of item.fields) {
    rows.append(el("dt", {}, LABELS[field.name.replace(/\d+$/, "")] || field.name), el("dd", {}, field.value));
  }
  const card = el("div", { class: "card", title: `模板 ${item.template_id}` });
  card.append(el("div", { class: "card-head" }, item.via === "bizsend" ? "订阅通知" : "模板消息"), rows);
  if (item.url) {
    const foot = link(item.url, "查看详情", person);
    foot.className = "card-foot";
    foot.append(el("span", { class: "quiet" }, "›"));
    card.append(foot);
  }
  return card;
}

function article(one, person) {
  const words = [el("b", {}, one.title || ""), el("span", {}, one.description || "")];
  if (!/^https?:/.test(one.url || "")) return el("div", { class: "article" }, ...words);
  const anchor = link(one.url, "", person);
  anchor.className = "article";
  anchor.replaceChildren(...words);
  return anchor;
}

function menu(item, actions) {
  const choices = el("div", { class: "choices" });
  for (const option of item.menu) choices.append(choice(option.content, option.id, option.content, actions));
  return el("div", {}, item.head || "", choices, item.tail || "");
}

function choice(label, id, text, actions) {
  const anchor = el("a", { href: "#", role: "button", "data-testid": "choice" }, label);
  anchor.addEventListener("click", (event) => {
    event.preventDefault();
    actions.tapChoice(text, id);
  });
  return anchor;
}

function link(address, label, person) {
  const anchor = el("a", { target: "_blank", rel: "noopener noreferrer" }, label);
  if (/^https?:\/\//i.test(address)) anchor.href = forPhone(address, person);
  return anchor;
}

// An authorisation link is opened as this person, on the simulator's page instead of WeChat's.
function forPhone(address, person) {
  const target = new URL(address);
  if (target.pathname !== "/connect/oauth2/authorize") return address;
  target.searchParams.set("openid", person.openid);
  return document.body.dataset.authoriseUrl + target.search;
}

// WeChat renders <a href> and bare addresses in a text, and nothing else.
export function richText(box, text, person, actions) {
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    box.append(text.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[1] === undefined) {
      box.append(link(found[0], found[0], person));
      continue;
    }
    const [, double, single] = /href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(found[1]) || [];
    const address = (double ?? single ?? "").replaceAll("&amp;", "&");
    if (address.startsWith("weixin://bizmsgmenu")) {
      const asked = query(address);
      box.append(choice(found[2], asked.msgmenuid || "", asked.msgmenucontent || found[2], actions));
    } else if (/^https?:\/\//i.test(address)) box.append(link(address, found[2], person));
    else box.append(found[2]);
  }
  box.append(text.slice(from));
  return box;
}

function query(address) {
  const values = {};
  for (const part of (address.split("?")[1] || "").split("&")) {
    const [name, ...rest] = part.split("=");
    try {
      values[name] = decodeURIComponent(rest.join("="));
    } catch {
      values[name] = rest.join("=");
    }
  }
  return values;
}
