# One calibration on each client of a class (nomad job run -var class=general calibrate.nomad.hcl), on cores of its own.
variable "class" {
  type = string
}

variable "image" {
  type    = string
  default = "registry.example.com/wasm-dyno:0.1.0"
}

job "wasm-dyno-calibrate" {
  type = "sysbatch"

  constraint {
    attribute = "${node.class}"
    value     = var.class
  }

  group "calibrate" {
    # A host volume, or one of a plugin, that the merging machine sees too.
    volume "results" {
      type   = "host"
      source = "wasm-dyno-results"
    }

    restart {
      attempts = 2
      mode     = "fail"
    }

    task "calibrate" {
      driver = "docker"
      user   = "65532:65532"

      config {
        image           = var.image
        args            = ["calibrate", "--quiet", "--out", "/results/${node.unique.name}.${NOMAD_ALLOC_ID}"]
        readonly_rootfs = true
        cap_drop        = ["all"]
        mount {
          type   = "tmpfs"
          target = "/tmp"
        }
      }

      env {
        WASM_DYNO_CALIBRATE_EFFORT = "standard"
      }

      volume_mount {
        volume      = "results"
        destination = "/results"
      }

      resources {
        # Whole cores are reserved; "cpu" would be shares.
        cores  = 2
        memory = 2048
      }
    }
  }
}
