// A webhook by co-wechat, which echoes what it is told; for the simulator to drive.
// node co_wechat_server.js TOKEN APPID [ENCODING_AES_KEY]; prints its port when it listens.
"use strict";
const Koa = require("koa");
const wechat = require("co-wechat");

const [token, appid, encodingAESKey] = process.argv.slice(2);
const config = encodingAESKey ? { token, appid, encodingAESKey } : { token, appid };
const app = new Koa();
app.use(wechat(config).middleware(async (message) => "echo: " + message.Content));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
