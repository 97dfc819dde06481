// Prints the TypeScript types of the signaling protocol; script/types writes them to web/src/call/protocol.generated.ts.
using Parley.Typegen;

Console.Out.Write(new ProtocolTypes().Write());
