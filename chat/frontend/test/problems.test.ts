import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused } from "chime-portal-credentials";
import { explain, isExpired } from "../src/problems.ts";

const aws = (name: string, httpStatusCode: number) => Object.assign(new Error("no"), { name, $metadata: { httpStatusCode } });

test("each failure has a remedy that can work", () => {
  assert.equal(explain(new Refused(401, "", undefined), true).remedy, "sign in");
  assert.equal(explain(aws("ThrottledClientException", 429), true).remedy, "retry");
  assert.equal(explain(aws("AccessDeniedException", 403), true).remedy, "none");
  assert.equal(explain(aws("ServiceUnavailableException", 503), true).remedy, "retry");
  assert.equal(explain(aws("ExpiredTokenException", 403), true).remedy, "sign in");
});

test("offline is told from unreachable", () => {
  assert.match(explain(new TypeError("Failed to fetch"), false).sentence, /offline/);
  assert.match(explain(new TypeError("Failed to fetch"), true).sentence, /can’t be reached/);
});

test("the portal's own sentence and waiting time are passed on", () => {
  assert.equal(explain(new Refused(403, "Guests may not chat here.", undefined), true).sentence, "Guests may not chat here.");
  assert.match(explain(new Refused(429, "", 31.2), true).sentence, /32 seconds/);
  assert.match(explain(new Refused(429, "", 200), true).sentence, /4 minutes/);
});

test("only credentials that AWS no longer takes are worth renewing", () => {
  assert.ok(isExpired(aws("ExpiredTokenException", 403)));
  assert.ok(!isExpired(aws("AccessDeniedException", 403)));
  assert.ok(!isExpired(undefined));
});
