import { behaviour } from "./lib/behaviours";

type Challenge = { options: unknown; state: string };

/** Asked for by the server: fields in base64url, as WebAuthn's own JSON form has them. */
type WithJson = typeof PublicKeyCredential & {
  parseCreationOptionsFromJSON?: (json: unknown) => PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON?: (json: unknown) => PublicKeyCredentialRequestOptions;
};

/** A form with data-passkey ("create" or "get") is sent after its ceremony, with what came of it in its hidden fields. */
export function startPasskeys(): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const kind = form.dataset?.passkey;
      if (!kind || field(form, "credential").value) {
        return;
      }
      // Before htmx and the page's other listeners see it.
      event.preventDefault();
      event.stopImmediatePropagation();
      void perform(form, kind);
    },
    true,
  );

  behaviour("form[data-passkey]", (form) => {
    if (!window.isSecureContext || !("PublicKeyCredential" in window)) {
      say(form, window.isSecureContext
        ? "This browser does not know passkeys."
        : "Passkeys need a secure connection: open Breeze over https, or as localhost on this machine.");
      form.querySelector("button")!.disabled = true;
    }
  });
}

async function perform(form: HTMLFormElement, kind: string): Promise<void> {
  const button = form.querySelector("button")!;
  button.disabled = true;
  say(form, "");
  try {
    const challenge = await ask(form);
    if (!challenge) {
      return;
    }
    const credential = await (kind === "create"
      ? navigator.credentials.create({ publicKey: creation(challenge.options) })
      : navigator.credentials.get({ publicKey: request(challenge.options) }));
    if (!credential) {
      return;
    }
    field(form, "credential").value = JSON.stringify(toJson(credential as PublicKeyCredential));
    field(form, "state").value = challenge.state;
    button.disabled = false;
    form.requestSubmit();
    // A challenge works once: should the form stay, its next submit begins anew.
    setTimeout(() => (field(form, "credential").value = ""));
  } catch (error) {
    say(form, words(error));
  } finally {
    button.disabled = false;
  }
}

async function ask(form: HTMLFormElement): Promise<Challenge | undefined> {
  const body = new URLSearchParams({ __RequestVerificationToken: field(form, "__RequestVerificationToken").value });
  const response = await fetch(form.dataset.options!, { method: "POST", body, headers: { "HX-Request": "true" } });
  if (response.status === 403 && response.headers.get("HX-Trigger") === "step-up") {
    form.dispatchEvent(new CustomEvent("step-up", { bubbles: true }));
    return undefined;
  }
  if (!response.ok || !response.headers.get("content-type")?.includes("json")) {
    throw new Error("The server did not answer as expected. Reload the page and try again.");
  }
  return (await response.json()) as Challenge;
}

function creation(json: any): PublicKeyCredentialCreationOptions {
  const own = (window.PublicKeyCredential as WithJson).parseCreationOptionsFromJSON;
  return own
    ? own.call(PublicKeyCredential, json)
    : { ...json, challenge: bytes(json.challenge), user: { ...json.user, id: bytes(json.user.id) }, excludeCredentials: list(json.excludeCredentials) };
}

function request(json: any): PublicKeyCredentialRequestOptions {
  const own = (window.PublicKeyCredential as WithJson).parseRequestOptionsFromJSON;
  return own ? own.call(PublicKeyCredential, json) : { ...json, challenge: bytes(json.challenge), allowCredentials: list(json.allowCredentials) };
}

function toJson(credential: PublicKeyCredential): unknown {
  if ("toJSON" in credential) {
    return credential.toJSON();
  }
  const response = (credential as PublicKeyCredential).response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const parts: Record<string, unknown> = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"] as const) {
    if (response[name]) {
      parts[name] = text(response[name] as ArrayBuffer);
    }
  }
  if (response.getTransports) {
    parts.transports = response.getTransports();
  }
  const { id, type, rawId, authenticatorAttachment } = credential as PublicKeyCredential;
  return { id, type, rawId: text(rawId), response: parts, authenticatorAttachment, clientExtensionResults: (credential as PublicKeyCredential).getClientExtensionResults() };
}

function list(items?: { id: string; type: PublicKeyCredentialType }[]): PublicKeyCredentialDescriptor[] {
  return (items ?? []).map((item) => ({ ...item, id: bytes(item.id) }));
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function field(form: HTMLElement, name: string): HTMLInputElement {
  return form.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;
}

function words(error: unknown): string {
  const name = (error as Error).name;
  return name === "NotAllowedError" ? "That was cancelled, took too long, or there is no passkey for it here."
    : name === "InvalidStateError" ? "This device holds a passkey of yours already."
    : name === "SecurityError" ? "The browser allows passkeys only on a host name with https, or on localhost."
    : (error as Error).message;
}

function say(form: HTMLElement, message: string): void {
  const element = form.querySelector<HTMLElement>("[data-passkey-error]");
  if (element) {
    element.textContent = message;
    element.hidden = message === "";
  }
}
