// The program `parley`: every command line starts here.
using Parley.Server.Composition;
using Parley.Server.Operations.Commands;

SocketScheduling.PreferInline();
return await ParleyCommand.RunAsync(args);
