// A real OpenID Connect provider on a free loopback port, for one client. Its login page takes any password.
// A login is an address, perhaps with "+unverified" before the @, or "+group-<name>".
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [, , redirectUri] = process.argv;
let provider;
const server = createServer((request, response) => provider.callback()(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients: [{ client_id: "breeze", client_secret: "a secret of the tests", redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    cookies: { keys: ["tests alone"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id, email: id, email_verified: !id.includes("+unverified"), name: id.split("@")[0], groups: [...id.matchAll(/\+group-([a-z]+)/g)].map((match) => match[1]),
      }),
    }),
  });
  console.log(`ready ${issuer}`);
});
process.stdin.on("end", () => process.exit(0)).resume();
