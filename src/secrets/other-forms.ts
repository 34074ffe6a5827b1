/** Columns after which programs begin a new line of base64: `base64` itself, and openssl and PEM. */
const wraps = [76, 64] as const;

/** What a text reads like where a program has encoded it: in JSON, in a URL, in quotes of a shell, in base64. */
export function otherForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replaceAll(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const forms = [json, ascii, text.replaceAll("'", String.raw`'\''`), ...inUrl(text), ...inBase64(text)];
  return [...new Set(forms)].filter((form) => form !== text);
}

function inUrl(text: string): readonly string[] {
  try {
    return [encodeURIComponent(text)];
  } catch {
    // Half a character cannot stand in a URL.
    return [];
  }
}

/**
 * A text within base64, wherever it begins there: its first byte may be any of a group of three. The characters at
 * both ends that depend on what stands beside it are left out.
 */
function inBase64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const within = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const rest = (before + bytes.length) % 3;
    return encoded.slice(Math.ceil((before * 8) / 6), rest === 0 ? undefined : -1);
  });
  const alone = bytes.toString('base64');
  const lines = wraps.flatMap((width) => {
    if (alone.length <= width) return [];
    return alone.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  });
  const standard = [...within, alone, ...lines];
  return [...standard, ...standard.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
