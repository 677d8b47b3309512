import { toast } from "../toasts";
import type { ConsentWord } from "./line";

/** What the page says while the person at the device is asked, and what became of it. Only the device and the server decide: this holds nothing up and lets nobody in. */
export class Consent {
  readonly #say: (text: string) => void;
  #until = 0;
  #timer = 0;
  #answered = false;

  /** Whom the session is with, by the device's name. */
  device = "the device";

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  get isAsking(): boolean {
    return this.#timer !== 0;
  }

  /** True when the session may be used from here on, and could not before. */
  take(word: ConsentWord): boolean {
    if (word.answer === "asking") {
      if (!this.#answered) {
        this.stop();
        this.#until = Date.now() + (word.seconds ?? 0) * 1000;
        const whom = `${word.person ?? "the person"} at ${this.device}`;
        const tell = (): void => this.#say(`Waiting for ${whom} to allow it (${Math.max(0, Math.ceil((this.#until - Date.now()) / 1000))} s)…`);
        this.#timer = window.setInterval(tell, 1000);
        tell();
      }
      return false;
    }
    const waited = this.isAsking;
    this.stop();
    if (!this.#answered) {
      this.#answered = true;
      const text = outcome(word, waited);
      if (text) {
        toast({ text });
      }
    }
    return waited;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
  }
}

/** What a person reads of an answer; a page that comes later was not the one that waited. A refusal ends the session, and its end says so. */
function outcome({ answer, person, detail }: ConsentWord, waited: boolean): string | undefined {
  switch (answer) {
    case "allowed":
      return waited ? `${person ?? "The person at the device"} allowed it.` : undefined;
    case "timed_out":
      return waited ? "Nobody at the device answered in time." : undefined;
    case "nobody":
      return `Nobody was asked. ${detail ?? "Nobody is at the device."}`;
    default:
      return undefined;
  }
}
