using System.CommandLine;
using VRouter.ControlSdk.Cli;

var root = new RootCommand("Programs a vRouter, watches it and looks inside.")
{
    ApplyCommand.Create(),
    SyncCommand.Create(),
    ExportCommand.Create(),
    DiffCommand.Create(),
    FlowCommand.Create(),
    DropCommand.Create(),
    TraceCommand.Create(),
    CaptureCommand.Create(),
    TopCommand.Create(),
    HealthCommand.Create(),
    EventsCommand.Create(),
    CompletionCommand.Create(),
};

foreach (Command noun in NounList.Commands())
{
    root.Add(noun);
}

root.Add(HelpCommand.Create(root));
GlobalOptions.AddTo(root);
return await CommandRunner.RunAsync(root, args);
