/** Is told what the lab does, one line at a time. */
export type Tell = (line: string) => void;
