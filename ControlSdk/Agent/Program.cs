using System.CommandLine;
using VRouter.ControlSdk.Agent;

return await CommandRunner.RunAsync(
    new RootCommand("A vRouter that bypasses the kernel: run it, replay captures through it, trace packets.")
    {
        ReplayCommand.Create(),
        TraceCommand.Create(),
    },
    args);
