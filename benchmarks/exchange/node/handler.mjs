// The credential exchange of AWS's article as a server: its token is believed as it comes, and each call assumes the role
// and creates the user, in this order. Its Lambda function runs the same two calls for each request.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { ChimeSDKIdentityClient, CreateAppInstanceUserCommand } from "@aws-sdk/client-chime-sdk-identity";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

const sts = new STSClient({});
const chime = new ChimeSDKIdentityClient({});
const [appInstanceArn, roleArn] = process.argv.slice(2);

async function exchange(token) {
  const user = { uuid: `anon_${token}`, displayName: token };
  const assumed = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: `chime_${user.uuid}`,
      DurationSeconds: 3600,
      Tags: [{ Key: "UserUUID", Value: user.uuid }],
    }),
  );
  await chime.send(
    new CreateAppInstanceUserCommand({
      AppInstanceArn: appInstanceArn,
      AppInstanceUserId: user.uuid,
      ClientRequestToken: randomUUID(),
      Name: user.displayName,
    }),
  );
  return {
    ChimeAppInstanceUserArn: `${appInstanceArn}/user/${user.uuid}`,
    ChimeUserId: user.uuid,
    ChimeCredentials: assumed.Credentials,
    ChimeDisplayName: user.displayName,
  };
}

const server = createServer(async (request, response) => {
  if (request.url === "/healthz") return response.end("ok");
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  const body = JSON.stringify(await exchange(token));
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(`handler listens at http://127.0.0.1:${server.address().port}`));
