import { toBrowser, view } from "./messages";

const solid = 0;
const types: Record<number, string> = { 1: "image/png", 2: "image/jpeg" };

type Part = { x: number; y: number; width: number; height: number; format: number; bytes: Uint8Array<ArrayBuffer>; filled: number };
type Drawing = (context: CanvasRenderingContext2D) => void;

/** Draws what comes on a canvas: images are read beside each other and shown together, when their frame is whole. */
export class Picture {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #part?: Part;
  #drawings: Promise<Drawing>[] = [];
  #shown: Promise<void> = Promise.resolve();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false })!;
  }

  /** Another monitor, or one of another size: what comes now is of it. */
  resize(width: number, height: number): void {
    this.#drawings = [];
    this.#shown = this.#shown.then(() => {
      this.#canvas.width = width;
      this.#canvas.height = height;
    });
  }

  /** Takes a message in that belongs to a frame. */
  take(bytes: Uint8Array): void {
    if (bytes[0] === toBrowser.image) {
      const numbers = view(bytes);
      this.#part = {
        x: numbers.getUint16(1), y: numbers.getUint16(3), width: numbers.getUint16(5), height: numbers.getUint16(7),
        format: bytes[9], bytes: new Uint8Array(numbers.getUint32(10)), filled: 0,
      };
    }
    const part = this.#part;
    if (!part) {
      return;
    }
    const piece = bytes.subarray(bytes[0] === toBrowser.image ? 14 : 1);
    part.bytes.set(piece, part.filled);
    part.filled += piece.length;
    if (part.filled === part.bytes.length) {
      this.#part = undefined;
      this.#drawings.push(read(part));
    }
  }

  /** The frame is whole; kept when it is on the canvas. */
  async show(): Promise<void> {
    const drawings = this.#drawings;
    this.#drawings = [];
    const before = this.#shown;
    this.#shown = Promise.all(drawings).then(async (ready) => {
      await before;
      ready.forEach((draw) => draw(this.#context));
    });
    await this.#shown;
  }
}

async function read(part: Part): Promise<Drawing> {
  if (part.format === solid) {
    const [red, green, blue] = part.bytes;
    return (context) => {
      context.fillStyle = `rgb(${red} ${green} ${blue})`;
      context.fillRect(part.x, part.y, part.width, part.height);
    };
  }
  const image = await createImageBitmap(new Blob([part.bytes], { type: types[part.format] }));
  return (context) => {
    context.drawImage(image, part.x, part.y);
    image.close();
  };
}
