// One phone: its screen, what its owner can do, and the sheets that ask for more.

import { avatar, el, get, post, toast } from "./api.js";
import { render, tellPush } from "./bubbles.js";

// `hub`: {account, pushes: Map, inFlight: Set, refresh(), activate(phone), close(phone), openPush(number)}
export class Phone {
  constructor(person, hub) {
    this.person = person;
    this.hub = hub;
    this.last = null;
    this.root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.root.dataset.openid = person.openid;
    this.root.setAttribute("aria-label", `${person.name}的手机`);
    avatar(this.find(".owner .avatar"), person.name, person.openid);
    this.find(".owner-name").textContent = person.name;
    this.chat = this.find(".chat");
    this.input = this.part("input");
    this.listen();
    this.tell(person);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  part(testid) {
    return this.find(`[data-testid="${testid}"]`);
  }

  listen() {
    this.root.addEventListener("focusin", () => this.hub.activate(this));
    this.root.addEventListener("pointerdown", () => this.hub.activate(this));
    this.part("close-phone").addEventListener("click", () => this.hub.close(this));
    this.find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendText();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendText();
      }
    });
    this.input.addEventListener("input", () => this.grow());
    this.part("plus").addEventListener("click", () => this.showTiles(this.find(".tiles").hidden));
    this.part("image-input").addEventListener("change", (event) => this.sendFile("image", event.target));
    this.part("tile-voice").addEventListener("click", () => this.askVoice());
    this.part("tile-location").addEventListener("click", () => this.askPlace());
    this.part("tile-scan").addEventListener("click", () => this.askScene());
    this.part("more").addEventListener("click", () => this.askSettings());
    this.part("follow").addEventListener("click", () => this.does("subscribe"));
    this.find(".veil").addEventListener("click", (event) => {
      if (event.target === event.currentTarget) this.closeSheet();
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeSheet();
    });
  }

  grow() {
    this.find(".composer").classList.toggle("ready", this.input.value.trim() !== "");
    this.input.style.height = "36px";
    if (this.input.scrollHeight > 36) this.input.style.height = `${Math.min(110, this.input.scrollHeight)}px`;
  }

  showTiles(shown) {
    this.find(".tiles").hidden = !shown;
    this.part("plus").setAttribute("aria-expanded", String(shown));
    if (shown) this.toEnd();
  }

  // What the account's list says of this person.
  tell(person) {
    this.person = person;
    this.find(".composer").hidden = !person.follows;
    this.find(".stranger").hidden = person.follows;
    if (!person.follows) this.showTiles(false);
    this.find(".menu").classList.toggle("off", !person.follows);
  }

  add(items) {
    const atEnd = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 80;
    const actions = {
      tapChoice: (text, id) => this.say({ type: "text", Content: text, bizmsgmenuid: id }),
      openPush: (number) => this.hub.openPush(number),
    };
    for (const item of items) {
      this.chat.append(...render(item, this.last, this.person, this.hub.account, actions));
      this.last = item;
    }
    this.tellPushes();
    if (items.length && (atEnd || items.some((item) => item.via === "me"))) this.toEnd();
  }

  tellPushes() {
    for (const button of this.chat.querySelectorAll(".push-meta:not([data-told])")) {
      const number = Number(button.dataset.push);
      const push = this.hub.pushes.get(number);
      if (push || !this.hub.inFlight.has(number)) button.dataset.told = "";
      if (push || this.hub.inFlight.has(number)) tellPush(button, push);
    }
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    // A picture grows once it is loaded.
    for (const image of this.chat.querySelectorAll("img")) {
      if (!image.complete) image.addEventListener("load", () => (this.chat.scrollTop = this.chat.scrollHeight), { once: true });
    }
  }

  setMenu(menu) {
    const bar = this.find(".menu");
    const buttons = menu?.button || [];
    bar.hidden = !buttons.length;
    bar.replaceChildren(...buttons.map((button) => this.menuSlot(button)));
  }

  menuSlot(button) {
    const below = button.sub_button || [];
    const main = el("button", { type: "button", "data-testid": "menu-button" }, below.length ? `≡ ${button.name}` : button.name);
    const slot = el("div", { class: "menu-slot" }, main);
    if (!below.length) {
      main.addEventListener("click", () => this.tapMenu(button));
      return slot;
    }
    const more = el("div", { class: "menu-more", hidden: true });
    for (const sub of below) {
      const one = el("button", { type: "button", "data-testid": "menu-button" }, sub.name);
      one.addEventListener("click", () => {
        more.hidden = true;
        this.tapMenu(sub);
      });
      more.append(one);
    }
    main.addEventListener("click", () => (more.hidden = !more.hidden));
    slot.append(more);
    return slot;
  }

  async tapMenu(button) {
    if (button.type === "view") {
      window.open(button.url, "_blank", "noopener");
      await this.does("VIEW", { EventKey: button.url });
    } else if (button.type === "miniprogram") await this.does("view_miniprogram", { EventKey: button.pagepath || "" });
    else if (button.type === "click") await this.does("CLICK", { EventKey: button.key });
    else {
      await this.does(button.type, { EventKey: button.key || "" });
      if (button.type.startsWith("pic_")) this.part("image-input").click();
      if (button.type === "location_select") await this.say({ type: "location" });
    }
  }

  does(event, more = {}) {
    return this.say({ type: "event", Event: event, ...more });
  }

  async say(message) {
    this.closeSheet();
    const answer = post("say", { openid: this.person.openid, ...message });
    this.hub.refresh();
    try {
      await answer;
    } catch (error) {
      toast(error.message);
    }
    await this.hub.refresh();
  }

  sendText() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.grow();
    this.say({ type: "text", Content: text });
  }

  async sendFile(kind, input) {
    const file = input.files[0];
    if (!file) return;
    const form = new FormData();
    form.append("media", file);
    input.value = "";
    this.showTiles(false);
    try {
      const media = await post(`media?type=${kind}`, form);
      const more = kind === "image" ? { PicUrl: media.pic_url } : { Format: file.name.split(".").at(-1).toLowerCase() };
      await this.say({ type: kind, MediaId: media.media_id, ...more });
    } catch (error) {
      toast(`没有发出去:${error.message}`);
    }
  }

  openSheet(title, parts, action, onsend) {
    const buttons = el("div", { class: action ? "row" : "" });
    buttons.append(el("button", { class: "plain", type: "button", "data-testid": "sheet-cancel", onclick: () => this.closeSheet() }, "取消"));
    if (action) buttons.append(el("button", { class: "primary", type: "submit", "data-testid": "sheet-send" }, action));
    const sheet = el("form", { class: "sheet", role: "dialog", "aria-label": title, "data-testid": "sheet" }, el("h3", {}, title), ...parts, buttons);
    sheet.addEventListener("submit", (event) => {
      event.preventDefault();
      onsend?.(new FormData(sheet));
    });
    const veil = this.find(".veil");
    veil.replaceChildren(sheet);
    veil.hidden = false;
    (sheet.querySelector("input") || sheet.querySelector("button"))?.focus();
    return sheet;
  }

  closeSheet() {
    const veil = this.find(".veil");
    veil.hidden = true;
    veil.replaceChildren();
  }

  askPlace() {
    const field = (label, name, value, type = "text") =>
      el("label", {}, label, el("input", { name, value, type, step: "any", required: name !== "Label" }));
    const numbers = el("div", { class: "row" }, field("纬度", "Location_X", "39.608266", "number"), field("经度", "Location_Y", "109.781327", "number"));
    this.openSheet("发送位置", [field("地点", "Label", "内蒙古自治区鄂尔多斯市康巴什区"), numbers], "发送", (form) =>
      this.say({
        type: "location",
        Location_X: Number(form.get("Location_X")),
        Location_Y: Number(form.get("Location_Y")),
        Label: form.get("Label"),
      }),
    );
  }

  askVoice() {
    const file = el("input", { type: "file", accept: ".amr,.mp3", "aria-label": "选一个录音文件" });
    file.addEventListener("change", () => this.sendFile("voice", file).then(() => this.closeSheet()));
    const note = el("p", {}, "浏览器录不出微信的 AMR 格式,所以发送两秒的示例语音,或选一个 AMR、MP3 文件。");
    this.openSheet("发送语音", [note, file], "示例语音", () => this.say({ type: "voice" }));
  }

  async askScene() {
    const { codes } = await get("codes");
    const field = el("input", { name: "scene", placeholder: "例如 building-3", required: true });
    const known = el("div", { class: "codes" });
    for (const code of codes.slice(-12)) {
      known.append(el("button", { type: "button", onclick: () => (field.value = code.scene) }, code.scene));
    }
    const parts = [el("label", {}, "二维码的场景值", field)];
    if (codes.length) parts.unshift(el("p", {}, "公众号生成过的二维码:"), known);
    this.openSheet("扫一扫", parts, "扫码", (form) => {
      const scene = form.get("scene");
      if (this.person.follows) return this.does("SCAN", { EventKey: scene });
      return this.does("subscribe", { EventKey: `qrscene_${scene}` });
    });
  }

  askSettings() {
    const { person } = this;
    const parts = [el("code", { title: "openid" }, person.openid)];
    const button = (label, testid, act) => el("button", { class: "plain", type: "button", "data-testid": testid, onclick: act }, label);
    if (person.follows) {
      parts.push(button("取消关注", "unfollow", () => this.does("unsubscribe")));
      parts.push(button(person.refuses ? "重新接收消息" : "拒收消息", "refuse", () => this.refuse(!person.refuses)));
    } else parts.push(button("扫码关注", "follow-by-code", () => this.askScene()));
    this.openSheet(person.name, parts);
  }

  async refuse(refuses) {
    this.closeSheet();
    await post("people", { openid: this.person.openid, refuses });
    await this.hub.refresh();
    toast(refuses ? "已拒收:模板消息会报告 failed:user block" : "已重新接收消息");
  }
}
