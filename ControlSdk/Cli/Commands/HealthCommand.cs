using System.CommandLine;
using Grpc.Health.V1;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl health</c>: whether the vRouter serves.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command("health", "Says whether the vRouter serves; the exit status is 0 only then.");
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(Session session)
    {
        HealthCheckResponse health = await session.AskAsync(async stop => await session.Health.CheckAsync(new HealthCheckRequest(), cancellationToken: stop));

        if (session.IsJson)
        {
            session.Output.WriteJson(health);
        }
        else
        {
            session.Output.WriteLine(health.Status == HealthCheckResponse.Types.ServingStatus.Serving ? "serving" : "not serving");
        }

        return health.Status == HealthCheckResponse.Types.ServingStatus.Serving ? ExitCode.Success : ExitCode.Failed;
    }
}
