// Holds the REST types that screens are written against to those generated from the server's OpenAPI document: `tsc` fails where they part.
import type { components } from '../api.generated';
import type * as ours from './types';

type Schemas = components['schemas'];
type Assignable<From extends To, To> = From;

/** Everything that the server answers is something that the screens understand. */
export interface Answers {
  readonly session: Assignable<Schemas['SessionBody'], ours.TokenAnswer>;
  readonly meeting: Assignable<Schemas['MeetingBody'], ours.Meeting>;
  readonly publicMeeting: Assignable<Schemas['PublicMeetingBody'], ours.PublicMeeting>;
  readonly person: Assignable<Schemas['DirectoryEntry'], ours.DirectoryEntry>;
  readonly message: Assignable<Schemas['ChatBody'], ours.StoredMessage>;
  readonly stay: Assignable<Schemas['StayBody'], ours.Stay>;
  readonly callLog: Assignable<Schemas['CallLogBody'], ours.CallLog>;
}

/** Everything that the screens ask for is something that the server reads. */
export interface Requests {
  readonly meeting: Assignable<ours.NewMeeting, Schemas['PostMeetingRequest']>;
  readonly change: Assignable<ours.MeetingChange, Schemas['PatchMeetingRequest']>;
}
