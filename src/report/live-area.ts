import type { WriteStream } from 'node:tty';
import type { Ora } from 'ora';
import type { Line, Room } from './line.ts';
import { printed } from './paint.ts';

/** Columns that the moving sign and the space after it take. */
const signWidth = 2;

/** How many milliseconds what is shown may be behind. */
const pace = 100;

/** Lines at the bottom of a terminal that show what goes on now. What else is written goes above them. */
export class LiveArea {
  readonly #out: WriteStream;
  readonly #color: boolean;
  readonly #lines: (room: Room) => readonly Line[];
  #spinner: Ora | undefined;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param lines - gives what is to be shown now; asked ten times a second, however much happens */
  constructor(out: WriteStream, color: boolean, lines: (room: Room) => readonly Line[]) {
    this.#out = out;
    this.#color = color;
    this.#lines = lines;
  }

  /** Shows the lines as soon as what draws them is loaded; nothing waits for that. */
  async start(): Promise<void> {
    this.#wanted = true;
    const { default: ora } = await import('ora');
    if (!this.#wanted) return;
    this.#spinner = ora({
      stream: this.#out,
      color: this.#color ? 'cyan' : false,
      // It would set the terminal to raw mode; Ctrl-C has to stay a signal.
      discardStdin: false,
      isEnabled: true,
    });
    this.#out.on('resize', this.#draw);
    this.#draw();
    this.#spinner.start();
    this.#timer = setInterval(this.#draw, pace).unref();
  }

  /** Takes the lines away and gives the cursor back. */
  stop(): void {
    this.#wanted = false;
    clearInterval(this.#timer);
    this.#out.off('resize', this.#draw);
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  readonly #draw = (): void => {
    if (this.#spinner === undefined) return;
    // A line that filled the last column would wrap on some terminals.
    const columns = Math.max(1, this.#out.columns - signWidth - 1);
    const [first, ...others] = this.#lines({ columns, rows: this.#out.rows }).map((line) =>
      printed(line, { color: this.#color, columns }),
    );
    this.#spinner.text = [first, ...others.map((line) => `${' '.repeat(signWidth)}${line}`)].join('\n');
  };
}
