using System.CommandLine;
using VRouter.ControlSdk.Cli;

var root = new RootCommand("Programs a vRouter, watches it and looks inside.")
{
    ApplyCommand.Create(),
    SyncCommand.Create(),
    ExportCommand.Create(),
    FlowCommand.Create(),
    DropCommand.Create(),
    TraceCommand.Create(),
    TopCommand.Create(),
    HealthCommand.Create(),
};

foreach (Command noun in NounList.Commands())
{
    root.Add(noun);
}

GlobalOptions.AddTo(root);
return await CommandRunner.RunAsync(root, args);
