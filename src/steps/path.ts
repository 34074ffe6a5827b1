/** What is wrong with an absolute path on a host, each in words that go on from "the path". */
export function pathProblems(path: string): readonly string[] {
  const parts = path.split('/');
  return [
    ...(path.startsWith('/') ? [] : [`must be absolute, not '${path}'`]),
    ...(parts.includes('..') ? ["must not go up by '..': write the path that is meant"] : []),
    ...(bytes(path) > 4095 ? ['is longer than the 4095 bytes that Linux takes'] : []),
    ...(parts.some((part) => bytes(part) > 255)
      ? ['has a part that is longer than the 255 bytes that Linux takes']
      : []),
  ];
}

/** A path without doubled slashes and dots that mean nothing, so that one file has one name. */
export function plainPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

const bytes = (text: string): number => Buffer.byteLength(text);
