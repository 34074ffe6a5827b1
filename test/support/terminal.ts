import { spawn } from 'node:child_process';

/**
 * Runs a command on a terminal of its own, and answers what it asks. Gives all that stood on the terminal. An answer that
 * ends with a tab is not followed by the Enter key.
 */
export async function onTerminal(
  words: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const command = `stty cols 100 rows 24; exec ${quoted}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let answered = 0;
  let from = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const [question, answer] = answers[answered] ?? [];
    const found = question === undefined ? -1 : shown.indexOf(question, from);
    if (found < 0) return;
    from = found + 1;
    answered += 1;
    // A key that is no character is pressed alone, and so is a tab behind some.
    child.stdin.write(/^[\x03\x04]$|\t$/.test(answer ?? '') ? `${answer}` : `${answer}\r`);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, shown };
}
