using Microsoft.Extensions.Hosting;

namespace VRouter.ControlSdk.Server;

/// <summary>The server lives as long as its owner wants. The framework's own lifetime would answer the process's signals, which are the owner's.</summary>
internal sealed class OwnersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
