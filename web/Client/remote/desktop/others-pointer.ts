/** Where the pointer on the device is, for who only looks: drawn over the picture. */
export class OthersPointer {
  readonly #image: HTMLImageElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #sizes: ResizeObserver;
  #tip = { x: 0, y: 0 };
  #place?: { x: number; y: number };

  constructor(image: HTMLImageElement, canvas: HTMLCanvasElement) {
    this.#image = image;
    this.#canvas = canvas;
    this.#sizes = new ResizeObserver(() => this.#draw());
    this.#sizes.observe(canvas);
  }

  shape(url: string, x: number, y: number): void {
    this.#tip = { x, y };
    if (url) {
      this.#image.src = url;
    } else {
      this.#image.removeAttribute("src");
    }
    this.#draw();
  }

  move(x: number, y: number): void {
    this.#place = { x, y };
    this.#draw();
  }

  hide(): void {
    this.#place = undefined;
    this.#draw();
  }

  stop(): void {
    this.#sizes.disconnect();
  }

  #draw(): void {
    const { width, height, clientWidth, clientHeight, offsetLeft, offsetTop } = this.#canvas;
    const { x, y } = this.#place ?? { x: -1, y: -1 };
    this.#image.hidden = !this.#image.hasAttribute("src") || x < 0 || y < 0 || x >= width || y >= height;
    this.#image.style.translate = `${offsetLeft + (x * clientWidth) / width - this.#tip.x}px ${offsetTop + (y * clientHeight) / height - this.#tip.y}px`;
  }
}
