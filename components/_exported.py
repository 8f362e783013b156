"""Which metrics are exported by what is scraped, of those that are asked for here. Pure.

A query that names anything else would be empty for ever, and an alert on it silent.
"""

EXPORTED = {
    # Istio's proxies (Istio standard metrics).
    "istio_requests_total": "proxy",
    "istio_request_duration_milliseconds_bucket": "proxy",
    "istio_tcp_sent_bytes_total": "proxy",
    # kube-state-metrics.
    "kube_deployment_status_replicas_available": "kube-state-metrics",
    "kube_horizontalpodautoscaler_status_current_replicas": "kube-state-metrics",
    "kube_horizontalpodautoscaler_spec_max_replicas": "kube-state-metrics",
    "kube_horizontalpodautoscaler_spec_min_replicas": "kube-state-metrics",
    "kube_node_status_allocatable": "kube-state-metrics",
    "kube_node_status_condition": "kube-state-metrics",
    "kube_pod_container_resource_requests": "kube-state-metrics",
    "kube_pod_container_status_restarts_total": "kube-state-metrics",
    # The kubelet's cAdvisor.
    "container_cpu_usage_seconds_total": "kubelet",
    "container_memory_working_set_bytes": "kubelet",
    # Istio's control plane.
    "pilot_proxy_convergence_time_bucket": "istiod",
    # Prometheus of each target, and of itself.
    "up": "prometheus",
    "alertmanager_notifications_failed_total": "alertmanager",
}
"""By the metric's name, who exports it."""
