// The program `parley`: every command line starts here.
using Parley.Server.Operations.Commands;

return await ParleyCommand.RunAsync(args);
