namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Which server answered, and whom it took for the client.</summary>
internal readonly record struct WebAnswer(string Server, string Client)
{
    public static WebAnswer Of(HttpResponseMessage answer) => new(answer.Headers.GetValues(WebServer.Name).Single(), answer.Headers.GetValues(WebServer.Client).Single());
}
