// Runs the tests, or, for the crash tests, the writer that is killed.
using Parley.Data.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

if (args is [CrashWriter.Argument, var directory, var seed])
    return await CrashWriter.RunAsync(directory, int.Parse(seed));
if (args.Any(static argument => argument is "-automated" or "@@"))
    return await ConsoleRunner.Run(args);
return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
