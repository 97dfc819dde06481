// Holds the wire types that calls are written against to those generated from the server's records: `tsc` fails where they part.
import type * as generated from './protocol.generated';
import type * as ours from './protocol';

type Assignable<From extends To, To> = From;

/** Everything that this client sends is something that the server reads. */
export type Sends = Assignable<ours.ClientMessage, generated.ClientMessage>;

/** Everything that the server sends is something that this client knows. */
export type Receives = Assignable<generated.ServerMessage, ours.ServerMessage>;
