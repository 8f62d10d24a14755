// The page: who has a phone, which phones are open, and the beat that fetches what is new.

import { avatar, el, get, post, toast } from "./api.js";
import { Phone } from "./phone.js";
import { Raw } from "./raw.js";

const BEAT_MS = 1000;
const OPEN_KEY = "simulator.open";
const GROUPS = { residents: "居民", members: "值班委员", coordinators: "调度员" };
const AT_FIRST = { residents: 2, members: 2, coordinators: 1 };

const hub = {
  account: document.body.dataset.title,
  people: new Map(),
  groups: {},
  phones: new Map(),
  chats: new Map(),
  unread: new Map(),
  pushes: new Map(),
  seen: { after: 0, pushes: 0, version: -1 },
  inFlight: new Set(),
  menu: null,
  active: null,
  refresh,
  activate,
  close,
  nameOf: (openid) => hub.people.get(openid)?.name || openid,
  openPush: (number) => hub.raw.open(number),
};
hub.raw = new Raw(hub);
const board = document.getElementById("phones");
const drawer = document.getElementById("people");
const filter = document.getElementById("people-filter");

// One fetch at a time; a wish during a fetch is granted right after it.
let running = null;
let wanted = false;
function refresh() {
  if (running) {
    wanted = true;
    return running;
  }
  running = fetchChanges().finally(() => {
    running = null;
    if (wanted) {
      wanted = false;
      return refresh();
    }
  });
  return running;
}

async function fetchChanges() {
  const first = hub.seen.version < 0;
  const changes = await get(`changes?${new URLSearchParams(hub.seen)}`);
  if (hub.run && hub.run !== changes.run) return location.reload();
  hub.run = changes.run;
  for (const push of changes.pushes) {
    hub.pushes.set(push.push, push);
    hub.seen.pushes = Math.max(hub.seen.pushes, push.done);
  }
  hub.inFlight = new Set(changes.in_flight);
  hub.seen.version = changes.version;
  if (changes.people) takePeople(changes.people, changes.menu);
  if (first) openRemembered();
  const fresh = new Map();
  for (const item of changes.items) {
    hub.seen.after = Math.max(hub.seen.after, item.seq);
    const chat = hub.chats.get(item.openid) || [];
    chat.push(item);
    hub.chats.set(item.openid, chat);
    fresh.set(item.openid, [...(fresh.get(item.openid) || []), item]);
  }
  for (const [openid, items] of fresh) {
    const phone = hub.phones.get(openid);
    phone?.add(items);
    const isSeen = phone && (!isNarrow() || hub.active === phone);
    const news = items.filter((item) => item.via !== "me").length;
    if (!first && !isSeen && news) hub.unread.set(openid, (hub.unread.get(openid) || 0) + news);
  }
  if (changes.pushes.length) {
    hub.phones.forEach((phone) => phone.tellPushes());
    hub.raw.add(changes.pushes);
  }
  if (changes.people || fresh.size) listPeople();
}

function isNarrow() {
  return window.matchMedia("(max-width: 760px)").matches;
}

function takePeople(groups, menu) {
  hub.groups = groups;
  hub.menu = menu;
  for (const person of Object.values(groups).flat()) {
    hub.people.set(person.openid, person);
    hub.phones.get(person.openid)?.tell(person);
  }
  hub.phones.forEach((phone) => phone.setMenu(menu));
}

function openRemembered() {
  let remembered = [];
  try {
    remembered = JSON.parse(localStorage.getItem(OPEN_KEY) || "[]").filter((openid) => hub.people.has(openid));
  } catch {
    localStorage.removeItem(OPEN_KEY);
  }
  if (!remembered.length) {
    for (const [group, count] of Object.entries(AT_FIRST)) remembered.push(...hub.groups[group].slice(0, count).map((person) => person.openid));
  }
  remembered.forEach((openid) => open(openid));
  const first = hub.phones.values().next().value;
  if (first) activate(first);
}

function open(openid) {
  if (!hub.phones.has(openid)) {
    const phone = new Phone(hub.people.get(openid), hub);
    hub.phones.set(openid, phone);
    board.querySelector(".empty")?.remove();
    board.append(phone.root);
    phone.setMenu(hub.menu);
    phone.add(hub.chats.get(openid) || []);
    remember();
  }
  hub.unread.delete(openid);
  return hub.phones.get(openid);
}

function close(phone) {
  hub.phones.delete(phone.person.openid);
  phone.root.remove();
  if (hub.active === phone) hub.active = null;
  const next = hub.phones.values().next().value;
  if (next && !hub.active) activate(next);
  if (!next) board.append(el("p", { class: "empty" }, "从名单里点一个人,打开他的手机。"));
  remember();
  listPeople();
}

function activate(phone) {
  if (hub.active === phone) return;
  hub.active?.root.classList.remove("active");
  hub.active = phone;
  phone.root.classList.add("active");
  hub.unread.delete(phone.person.openid);
  if (isNarrow()) phone.toEnd();
  listPeople();
}

function remember() {
  localStorage.setItem(OPEN_KEY, JSON.stringify([...hub.phones.keys()]));
}

function choose(openid) {
  const phone = open(openid);
  activate(phone);
  phone.root.scrollIntoView({ inline: "nearest", block: "nearest" });
  phone.toEnd();
  showDrawer(false);
  listPeople();
}

function listPeople() {
  const word = filter.value.trim();
  const box = document.getElementById("people-list");
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.openid : null;
  const nodes = [];
  for (const [group, title] of Object.entries(GROUPS)) {
    const people = (hub.groups[group] || []).filter((person) => person.name.includes(word) || person.openid === word);
    if (people.length) nodes.push(el("h2", {}, title), ...people.map(personRow));
  }
  box.replaceChildren(...nodes);
  if (focused) box.querySelector(`[data-openid="${CSS.escape(focused)}"]`)?.focus();
  listSwitches();
}

function personRow(person) {
  const last = (hub.chats.get(person.openid) || []).at(-1);
  const words = el("span", { class: "person-words" }, el("span", {}, person.name));
  if (!person.follows) words.append(el("span", { class: "person-last" }, "未关注"));
  else if (last) words.append(el("span", { class: "person-last" }, `${last.type === "template" ? "[通知] " : ""}${last.text.split("\n")[0]}`));
  const count = hub.unread.get(person.openid);
  const attributes = { class: "person", type: "button", "data-testid": "person", "data-openid": person.openid, "aria-pressed": String(hub.phones.has(person.openid)) };
  const row = el("button", { ...attributes, onclick: () => choose(person.openid) }, avatar(el("span", { class: "avatar", "aria-hidden": "true" }), person.name, person.openid), words);
  if (count) row.append(badge(count));
  return row;
}

function badge(count) {
  return el("span", { class: "badge", "data-testid": "unread", "aria-label": `${count} 条未读` }, count > 99 ? "99+" : String(count));
}

function listSwitches() {
  const nodes = [...hub.phones.values()].map((phone) => {
    const { openid, name } = phone.person;
    const button = el("button", { class: "switch", type: "button", "aria-pressed": String(hub.active === phone), onclick: () => choose(openid) }, name);
    if (hub.unread.get(openid)) button.append(badge(hub.unread.get(openid)));
    return button;
  });
  document.getElementById("switcher").replaceChildren(...nodes);
  let elsewhere = 0;
  for (const [openid, count] of hub.unread) if (!hub.phones.has(openid)) elsewhere += count;
  const total = document.getElementById("people-badge");
  total.hidden = !elsewhere;
  total.textContent = elsewhere > 99 ? "99+" : String(elsewhere);
}

function showDrawer(shown) {
  drawer.classList.toggle("open", shown);
  document.getElementById("people-toggle").setAttribute("aria-expanded", String(shown));
}

document.getElementById("people-toggle").addEventListener("click", () => showDrawer(!drawer.classList.contains("open")));
filter.addEventListener("input", listPeople);
document.getElementById("new-resident").addEventListener("click", async () => {
  const person = await post("people", {});
  await refresh();
  choose(person.openid);
});
document.getElementById("verify").addEventListener("click", async () => {
  const { problem } = await post("verify");
  toast(problem ? `URL 验证没有通过:${problem}` : "URL 验证通过");
});

let isAway = false;
async function beat() {
  if (!document.hidden) {
    try {
      await refresh();
      isAway = false;
    } catch (error) {
      if (!isAway) toast(`连不上模拟器:${error.message}`);
      isAway = true;
    }
  }
  setTimeout(beat, BEAT_MS);
}
beat();
