// The certified OpenID provider of npm, with one client and anybody as its people: `dora` has dora@acme.example.
import { request } from "node:http";
import { Provider } from "oidc-provider";

const [port, redirectUri, logoutUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

// Not every resolver knows that *.localhost is this machine.
function onLoopback(url, { method, headers, body }) {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: pathname, method, headers: { ...Object.fromEntries(new Headers(headers)), host } },
      (answer) => resolve(new Response(null, { status: answer.resume().statusCode })),
    );
    asked.on("error", reject).end(String(body));
  });
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "portal",
      client_secret: "a-secret-of-the-portals",
      redirect_uris: [redirectUri],
      backchannel_logout_uri: logoutUri,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  fetch: onLoopback,
  pkce: { required: () => true },
  cookies: { keys: ["a key for this run only"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@acme.example`,
      email_verified: true,
      name: `${id[0].toUpperCase()}${id.slice(1)} of Acme`,
      preferred_username: id,
    }),
  }),
});

provider.listen(Number(port), "127.0.0.1");
