namespace VRouter.Bench;

/// <summary>A measurement that means nothing, and why.</summary>
internal sealed class BenchException(string message) : Exception(message);
