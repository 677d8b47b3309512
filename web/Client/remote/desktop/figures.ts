const everyMs = 1000;

/** How the connection does: the way there and back, frames and bytes of the last second. */
export class Figures {
  readonly #element: HTMLElement;
  readonly #ping: (number: number) => void;
  readonly #timer: number;
  #frames = 0;
  #bytes = 0;
  #number = 0;
  #pinged = 0;
  #took?: number;

  constructor(element: HTMLElement, ping: (number: number) => void) {
    this.#element = element;
    this.#ping = ping;
    this.#timer = window.setInterval(() => this.#show(), everyMs);
  }

  frame(): void {
    this.#frames++;
  }

  message(bytes: number): void {
    this.#bytes += bytes;
  }

  pong(number: number): void {
    if (number === this.#number) {
      this.#took = performance.now() - this.#pinged;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#element.textContent = "";
  }

  #show(): void {
    const took = this.#took === undefined ? "" : `${Math.round(this.#took)} ms · `;
    this.#element.textContent = `${took}${this.#frames} frames/s · ${Math.round(this.#bytes / 1000)} kB/s`;
    this.#frames = this.#bytes = 0;
    this.#number++;
    this.#pinged = performance.now();
    this.#ping(this.#number);
  }
}
