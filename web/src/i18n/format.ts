// Dates, durations, sizes and rates in the reader's own manner.
const cache = new Map<string, Intl.DateTimeFormat>();

function dates(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (!format) cache.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format;
}

export const formatDate = (locale: string, at: string | number) => dates(locale, { dateStyle: 'medium' }).format(new Date(at));
export const formatTime = (locale: string, at: string | number) => dates(locale, { timeStyle: 'short' }).format(new Date(at));
export const formatDateTime = (locale: string, at: string | number) =>
  dates(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));

/** At most two units: "1 hr 5 min", "42 sec". */
export function formatDuration(locale: string, ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts: [number, 'hour' | 'minute' | 'second'][] = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ];
  const from = parts.findIndex(([value]) => value > 0);
  const shown = from < 0 ? parts.slice(2) : parts.slice(from, from + 2).filter(([value], index) => index === 0 || value > 0);
  return shown.map(([value, unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value)).join(' ');
}

/** A running clock: 4:05, 1:02:09. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

export function formatBytes(locale: string, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const digits = value < 10 && step > 0 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step]!, unitDisplay: 'short', maximumFractionDigits: digits }).format(
    value,
  );
}

export function formatBitrate(locale: string, bps: number): string {
  const [value, unit] = bps >= 1e6 ? [bps / 1e6, 'megabit-per-second'] : [bps / 1e3, 'kilobit-per-second'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: bps >= 1e6 ? 1 : 0 })
    .format(value)
    .replace('Mb/s', 'Mbit/s')
    .replace('kb/s', 'kbit/s');
}
