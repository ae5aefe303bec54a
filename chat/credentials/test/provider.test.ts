import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { after, test } from "node:test";

import { fromPortal } from "../src/provider.ts";

const asked: IncomingMessage[] = [];
const portal = createServer((request, response) => {
  asked.push(request);
  if (request.headers.authorization === "Bearer stale") {
    response.writeHead(401, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ detail: "Get a new one.", code: "invalid_token" }));
    return;
  }
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const credentials = { AccessKeyId: `ASIA${asked.length}`, SecretAccessKey: "secret", SessionToken: "token", Expiration: inAnHour };
  const user = { username: "alice", display_name: "Alice" };
  response.end(JSON.stringify({ user, endpoints: {}, credentials, renew_after: inAnHour }));
});
await new Promise<void>((listening) => portal.listen(0, "127.0.0.1", listening));
const { port } = portal.address() as { port: number };
const url = `http://127.0.0.1:${port}/api/v1/exchange`;
after(() => {
  portal.close();
  portal.closeAllConnections();
});

test("a client of the AWS SDK gets what the portal gave, and asks the portal once", async () => {
  const credentials = fromPortal(url, { bearer: async () => "good" });
  const [first, again] = await Promise.all([credentials(), credentials()]);
  assert.deepEqual(first, { accessKeyId: "ASIA1", secretAccessKey: "secret", sessionToken: "token" });
  assert.equal(again, first);
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.headers.authorization, "Bearer good");
  assert.equal(credentials.memoized, true);
});

test("a session shows the token of its page", async () => {
  await fromPortal(url, { csrfToken: "of the page" })();
  assert.equal(asked.at(-1)?.headers["x-csrftoken"], "of the page");
  assert.equal(asked.at(-1)?.headers.authorization, undefined);
});

test("each renewal asks for a token anew", async () => {
  const tokens = ["good", "better"];
  const credentials = fromPortal(url, { bearer: () => tokens.shift() ?? "" });
  await credentials();
  await credentials.lease.renew();
  assert.equal(asked.at(-1)?.headers.authorization, "Bearer better");
});

test("a no is the portal's sentence, and final", async () => {
  await assert.rejects(fromPortal(url, { bearer: () => "stale" })(), { message: "Get a new one.", status: 401, final: true });
});
