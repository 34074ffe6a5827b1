import { LanguageServer, type Position } from '../../src/cli/console/language-server.ts';

/** What an editor proposes in a file, at each `|` in its text. */
export async function proposals(file: string, marked: string): Promise<readonly (readonly string[])[]> {
  const server = new LanguageServer(file);
  try {
    await server.write(marked.replaceAll('|', ''));
    const found: (readonly string[])[] = [];
    for (const position of positions(marked)) {
      found.push((await server.proposals(position)).map(({ label }) => label));
    }
    return found;
  } finally {
    server.close();
  }
}

function positions(marked: string): readonly Position[] {
  return marked
    .split('\n')
    .flatMap((text, line) =>
      [...text.matchAll(/\|/g)].map(({ index }, earlier) => ({ line, character: index - earlier })),
    );
}
