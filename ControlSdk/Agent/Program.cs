using System.CommandLine;
using VRouter.ControlSdk.Agent;
using VRouter.ControlSdk.Agent.Demo;

return await CommandRunner.RunAsync(
    new RootCommand("A vRouter that bypasses the kernel: run it, see it at work, replay captures through it, trace packets.")
    {
        RunCommand.Create(),
        DemoCommand.Create(),
        ReplayCommand.Create(),
        TraceCommand.Create(),
    },
    args);
