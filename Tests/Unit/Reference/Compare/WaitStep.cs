namespace VRouter.Tests.Unit.Reference;

/// <summary>Time passes: so many of <see cref="Site.Pace"/>.</summary>
internal sealed record WaitStep(int Paces) : Step;
