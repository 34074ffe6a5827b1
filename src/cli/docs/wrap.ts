import { displayWidth } from '../../report/display-width.ts';
import { visible } from '../../report/visible.ts';

/** A paragraph in lines of at most so many columns; a word that is longer has a line of its own. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(visible(longer)) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

/** Paragraphs with an empty line between them; code that stands between fences is left as it is. */
export function wrappedParagraphs(text: string, columns: number): readonly string[] {
  const blocks = text.split(/\n\s*\n/).filter((block) => block.trim() !== '');
  return blocks.flatMap((block, index) => [...(index === 0 ? [] : ['']), ...wrappedBlock(block, columns)]);
}

function wrappedBlock(block: string, columns: number): readonly string[] {
  if (block.startsWith('```')) return block.split('\n').filter((line) => !line.startsWith('```'));
  // Each point of a list begins a line.
  return block.split(/\n(?=\s*(?:[-*]|\d+\.) )/).flatMap((part) => {
    const [, mark = '', rest = part] = /^\s*((?:[-*]|\d+\.) )(.*)$/s.exec(part) ?? [];
    return wrapped(rest, columns - mark.length).map(
      (line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line,
    );
  });
}
