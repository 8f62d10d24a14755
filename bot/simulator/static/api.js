// The simulator's own API, and small helpers for the DOM.

export async function get(path) {
  const answer = await fetch(`api/${path}`);
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return answer.json();
}

export async function post(path, body) {
  const isFile = body instanceof FormData;
  const answer = await fetch(`api/${path}`, {
    method: "POST",
    headers: isFile ? {} : { "Content-Type": "application/json" },
    body: isFile ? body : JSON.stringify(body ?? {}),
  });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.error || `HTTP ${answer.status}`);
  return value;
}

// el("p", {class: "x", onclick: f}, "text", node): an element; words become text, never markup.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const TONES = ["#5b8def", "#e08a4b", "#4aa58a", "#9a7bd1", "#d06b83", "#5a9fb8", "#a08a54", "#6f87a6"];

export function avatar(element, name, openid) {
  const words = name.split(/[\s·]+/);
  const word = words[words.length - 1];
  element.textContent = /委员|调度员|居民/.test(word) && word.length > 2 ? [...word].at(-1) : [...word][0] || "?";
  let sum = 0;
  for (const letter of openid) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  element.style.setProperty("--tone", TONES[sum % TONES.length]);
  return element;
}

let timer;
export function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove("shown"), 3200);
}

export function clock(iso) {
  const at = new Date(iso);
  const hours = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
  const day = (moment) => moment.toLocaleDateString("zh-CN", { month: "long", day: "numeric", timeZone: "Asia/Shanghai" });
  return day(at) === day(new Date()) ? hours : `${day(at)} ${hours}`;
}
