// Short sounds, made on the spot: nothing to download, and silent when the person wishes so.
import { preferencesStore } from './preferences';

type Note = { readonly at: number; readonly hz: number; readonly lasts: number; readonly loud?: number };

const scores = {
  knock: [
    { at: 0, hz: 587, lasts: 0.16 },
    { at: 0.17, hz: 880, lasts: 0.3 },
  ],
  chat: [{ at: 0, hz: 988, lasts: 0.12, loud: 0.05 }],
  joined: [{ at: 0, hz: 659, lasts: 0.18, loud: 0.06 }],
  left: [{ at: 0, hz: 440, lasts: 0.18, loud: 0.05 }],
  ring: [
    { at: 0, hz: 659, lasts: 0.22 },
    { at: 0.2, hz: 784, lasts: 0.22 },
    { at: 0.4, hz: 988, lasts: 0.5 },
    { at: 1.0, hz: 659, lasts: 0.22 },
    { at: 1.2, hz: 784, lasts: 0.22 },
    { at: 1.4, hz: 988, lasts: 0.5 },
  ],
  ringback: [{ at: 0, hz: 425, lasts: 1, loud: 0.04 }],
} satisfies Record<string, readonly Note[]>;

export type Sound = keyof typeof scores;

let context: AudioContext | null = null;

export function play(sound: Sound): void {
  if (!preferencesStore.getState().sounds || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  // Browsers hold sound back until the first press; what could not be heard then is not made up for later.
  if (context.state === 'suspended') void context.resume();
  for (const note of scores[sound] as readonly Note[]) sing(context, note);
}

function sing(audio: AudioContext, { at, hz, lasts, loud = 0.12 }: Note): void {
  const start = audio.currentTime + at;
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.type = 'sine';
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loud, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + lasts);
  tone.connect(gain).connect(audio.destination);
  tone.start(start);
  tone.stop(start + lasts + 0.02);
}

/** Again and again until the returned function is called. */
export function playRepeatedly(sound: Sound, everyMs: number): () => void {
  play(sound);
  const timer = setInterval(() => play(sound), everyMs);
  return () => clearInterval(timer);
}
