// Seals and opens WeChat envelopes with two implementations that are not ours.
// Reads one JSON object from standard input: {token, key, appid, seal: [{timestamp, nonce, text}], open: [cipher text]}.
// Prints {wecom: {sealed: [{cipher, signature}], opened: [text]}, "wechat-crypto": …}.
"use strict";
const wecom = require("@wecom/crypto");
const WXBizMsgCrypt = require("wechat-crypto");

const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const old = new WXBizMsgCrypt(asked.token, asked.key, asked.appid);
const peers = {
  wecom: {
    seal: (text) => wecom.encrypt(asked.key, text, asked.appid),
    sign: (timestamp, nonce, cipher) => wecom.getSignature(asked.token, timestamp, nonce, cipher),
    open: (cipher) => wecom.decrypt(asked.key, cipher),
  },
  "wechat-crypto": {
    seal: (text) => old.encrypt(text),
    sign: (timestamp, nonce, cipher) => old.getSignature(timestamp, nonce, cipher),
    open: (cipher) => old.decrypt(cipher),
  },
};
const answer = {};
for (const [name, peer] of Object.entries(peers)) {
  answer[name] = {
    sealed: asked.seal.map(({ timestamp, nonce, text }) => {
      const cipher = peer.seal(text);
      return { cipher, signature: peer.sign(timestamp, nonce, cipher) };
    }),
    opened: asked.open.map(({ timestamp, nonce, cipher }) => {
      const { message, id } = peer.open(cipher);
      return { text: message, appid: id, signature: peer.sign(timestamp, nonce, cipher) };
    }),
  };
}
process.stdout.write(JSON.stringify(answer));
