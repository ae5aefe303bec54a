// Reads one call per line, makes it with the AWS SDK for JavaScript, and writes how it went.
import { createInterface } from "node:readline";
import * as sdk from "@aws-sdk/client-chime-sdk-messaging";

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, members, endpoint, region, credentials } = JSON.parse(line);
  const client = new sdk.ChimeSDKMessagingClient({ endpoint, region, credentials, maxAttempts: 1 });
  let code = null;
  try {
    await client.send(new sdk[`${operation}Command`](members));
  } catch (error) {
    code = error.name;
  }
  client.destroy();
  console.log(JSON.stringify({ code }));
}
