using System.CommandLine;
using VRouter.Bench;
using VRouter.Bench.Commands;
using VRouter.Native;

const int Failure = 1, UsageError = 2;

var root = new RootCommand("Measures the vRouter's data plane.")
{
    ListCommand.Create(),
    RunCommand.Create(),
    IoCommand.Create(),
    FloodCommand.Create(),
    CompareCommand.Create(),
    RoutesCommand.Create(),
    ServicesCommand.Create(),
    ControlCommand.Create(),
    MicroCommand.Create(),
};

try
{
    ParseResult command = root.Parse(args);
    int status = command.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return command.Errors.Count > 0 ? UsageError : status;
}
catch (Exception failure)
{
    // Caught whatever it is: what was made on the way is removed only while the stack unwinds.
    Console.Error.WriteLine($"vrouter-bench: {(failure is BenchException or SystemCallException ? failure.Message : failure)}");
    return Failure;
}
