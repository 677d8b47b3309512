// A real mail server on a free loopback port. The first line of its input is its configuration: { mode: "none" | "starttls" | "tls", key, cert, user, password }.
// Each message is a line of JSON. A recipient that begins with "refused" is refused for good, "later" for now, and "cut" ends the connection.
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";

createInterface({ input: process.stdin }).once("line", (line) => {
  const { mode, key, cert, user, password } = JSON.parse(line);
  const server = new SMTPServer({
    secure: mode === "tls", key, cert, logger: false, authOptional: !user,
    disabledCommands: [...(mode === "none" ? ["STARTTLS"] : []), ...(user ? [] : ["AUTH"])],
    allowInsecureAuth: mode === "none",
    onAuth: (auth, session, callback) =>
      auth.username === user && auth.password === password ? callback(null, { user }) : callback(Object.assign(new Error("Invalid login"), { responseCode: 535 })),
    onRcptTo: ({ address }, session, callback) => {
      if (address.startsWith("cut")) server.connections.forEach((connection) => connection._socket.destroy());
      else if (address.startsWith("refused")) callback(Object.assign(new Error("No such mailbox"), { responseCode: 550 }));
      else if (address.startsWith("later")) callback(Object.assign(new Error("Mailbox is busy"), { responseCode: 451 }));
      else callback();
    },
    onData: (stream, session, callback) => {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        console.log(JSON.stringify({
          from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((r) => r.address), secure: session.secure, user: session.user ?? null,
          raw: Buffer.concat(chunks).toString("utf8"),
        }));
        callback();
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1", () => console.log(`ready ${server.server.address().port}`));
});
process.stdin.on("end", () => process.exit(0));
