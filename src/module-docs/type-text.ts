import type { Shape } from './shape.ts';

/** The words of a type: the values of unions in full, objects by their names. */
export function typeText(shape: Shape): string {
  return wordsOf(shape).join(' | ') || 'never';
}

/** The alternatives of a type, each once. */
export function wordsOf(shape: Shape): readonly string[] {
  const words = partsOf(shape).map(wordOf);
  const both = words.includes('true') && words.includes('false');
  return [
    ...new Set(
      words.flatMap((word) => (both && word === 'true' ? 'boolean' : both && word === 'false' ? [] : word)),
    ),
  ];
}

/** The alternatives of a type; what cannot be given is none. */
export function partsOf(shape: Shape): readonly Shape[] {
  if (shape.kind === 'union') return shape.parts.flatMap(partsOf);
  return shape.kind === 'other' && shape.nothing ? [] : [shape];
}

function wordOf(shape: Shape): string {
  switch (shape.kind) {
    case 'literal':
      return shape.text;
    case 'list': {
      const words = wordsOf(shape.element);
      const text = words.join(' | ');
      return words.length > 1 || text.includes('=>') ? `(${text})[]` : `${text}[]`;
    }
    case 'object':
      return shape.name ?? 'object';
    case 'map':
      return `Record<string, ${typeText(shape.element)}>`;
    case 'union':
      return typeText(shape);
    case 'other':
      return shape.text.includes('=>') ? `(${shape.text})` : shape.text;
  }
}
