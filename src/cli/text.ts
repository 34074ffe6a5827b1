import {
  AliasNotFoundError,
  ArgumentScannerError,
  EnumValidationError,
  FlagNotFoundError,
  formatMessageForArgumentScannerError,
  text_en as english,
  type ApplicationText,
} from '@stricli/core';
import { didYouMean, near } from '../errors/near.ts';

/** Gives the text all names there are, of which it chooses those to suggest. */
export const allNames = {
  threshold: Infinity,
  weights: { insertion: 1, deletion: 1, substitution: 1, transposition: 1 },
};

/**
 * What the command line says of wrong use. Suggestions are made as for hosts and files: only what is near.
 *
 * @param flags - what there is where a command is expected; people type them as commands too
 */
export const textWith = (flags: readonly string[]): ApplicationText => ({
  ...english,
  noCommandRegisteredForInput: ({ input, corrections }) => {
    const plain = input.replace(/^-+/, '');
    const commands = input === plain ? corrections.map((name) => name.replaceAll('`', '')) : [];
    const found = near(plain, [...commands, ...flags]).map((name) =>
      flags.includes(name) ? `--${name}` : name,
    );
    return `there is no ${input === plain ? 'command' : 'flag'} ${input}${didYouMean(found)}`;
  },
  exceptionWhileParsingArguments: (error, color) => {
    if (error instanceof AliasNotFoundError) return `there is no flag -${error.input}`;
    if (error instanceof FlagNotFoundError) {
      const names = error.corrections.map(kebab);
      const found = near(error.input, [...names, 'help']).map((name) => `--${name}`);
      return `there is no flag --${error.input}${didYouMean(found)}`;
    }
    if (error instanceof EnumValidationError) {
      const { externalFlagName, input, values } = error;
      return `--${externalFlagName} is one of ${values.join(', ')}, not ${input}${didYouMean(near(input, values))}`;
    }
    if (error instanceof ArgumentScannerError) return formatMessageForArgumentScannerError(error, {});
    return english.exceptionWhileParsingArguments(error, color);
  },
});

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
