// Names of automatic tags: they are times, and only tags named so take part in `incremental-to-auto-tag`.
import { oneOf } from '../table-options.ts';

/** The moment a tag's name says, as text that sorts by time; undefined for other tags. */
export type AutoTagTime = (name: string) => string | undefined;

/**
 * The form of automatic tag names of a table.
 *
 * Source  Paimon, tag/TagPeriodHandler.java.
 */
export function autoTagTest(options: Readonly<Record<string, string>>): AutoTagTime {
  if (options['tag.creation-period-duration'] !== undefined)
    return byForm(/^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})$/);
  const period = oneOf(options, 'tag.creation-period', ['daily', 'hourly', 'two-hours'], 'daily');
  const forms = ['with_dashes', 'without_dashes', 'without_dashes_and_spaces'] as const;
  const form =
    period === 'two-hours' ? 'with_dashes' : oneOf(options, 'tag.period-formatter', forms, 'with_dashes');
  if (period === 'daily') {
    const day = byForm(form === 'with_dashes' ? /^(\d{4})-(\d{2})-(\d{2})$/ : /^(\d{4})(\d{2})(\d{2})$/);
    return (name) => day(name.split(' ')[0] ?? '');
  }
  if (form === 'with_dashes') return byForm(/^(\d{4})-(\d{2})-(\d{2}) (\d{2})$/);
  return byForm(
    form === 'without_dashes' ? /^(\d{4})(\d{2})(\d{2}) (\d{2})$/ : /^(\d{4})(\d{2})(\d{2})(\d{2})$/,
  );
}

function byForm(form: RegExp): AutoTagTime {
  return (name) => {
    const parts = form.exec(name)?.slice(1);
    if (parts === undefined) return undefined;
    const [year, month, day, hour = 0, minute = 0] = parts.map(Number) as [
      number,
      number,
      number,
      number?,
      number?,
    ];
    const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
    const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
    return real ? parts.join('') : undefined;
  };
}
