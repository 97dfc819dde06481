// Who speaks and how loud: changes several times a second, so it has a store of its own.

export interface AudioState {
  /** 0 to 1 by participant id, oneself included; silent ones are absent. */
  readonly levels: Readonly<Record<string, number>>;
  /** The own microphone, also while muted and before joining; 0 to 1. */
  readonly micLevel: number;
  /** The one who speaks now, with hysteresis; never oneself. */
  readonly activeSpeaker: string | null;
  /** Remote participants who were last heard, latest first. */
  readonly recentSpeakers: readonly string[];
}

export const initialAudioState: AudioState = { levels: {}, micLevel: 0, activeSpeaker: null, recentSpeakers: [] };
