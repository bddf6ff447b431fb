"""k8slab: learn Kubernetes by watching the control loop."""
